import test from 'ava'
import fc from 'fast-check'
import { doublesFromWire, doublesToWire, metricFrameFromWire, metricFrameToWire } from '../../../../shared/rpc/codec/metrics.ts'
import { contract } from '../../../../shared/rpc/proto.ts'

const session = () => contract('agent').AgentLink.service.Session

test('figures come back from the wire as they were, wherever they lie in memory', (t) => {
  fc.assert(
    fc.property(fc.array(fc.double()), fc.nat({ max: 9 }), (values, offset) => {
      const shifted = Buffer.concat([Buffer.alloc(offset), doublesToWire(values)]).subarray(offset)
      t.deepEqual([...doublesFromWire(shifted)], values)
    }),
  )
  t.deepEqual([...doublesFromWire(Buffer.alloc(13))], [0])
})

test('a frame looks on the wire as it did when its figures were a repeated double, so agents and controllers of other versions read it', (t) => {
  const frame = { atUnixMs: 5, dictionary: 1, series: [{ name: 'hostler_gpus', labels: ['a'] }], values: [1.5, Number.NaN] }
  const bytes = session().requestSerialize({ heartbeat: { metrics: metricFrameToWire(frame) } })
  const packed = Buffer.alloc(16)
  packed.writeDoubleLE(1.5, 0)
  packed.writeDoubleLE(Number.NaN, 8)
  // Field 4, length-delimited, 16 bytes: what protobuf makes of a packed repeated double.
  t.true(bytes.includes(Buffer.concat([Buffer.from([(4 << 3) | 2, 16]), packed])))
  const read = session().requestDeserialize(bytes).heartbeat?.metrics
  t.deepEqual(read && metricFrameFromWire(read), { ...frame, values: Float64Array.from(frame.values) })
})

test('labels that are alike are kept in memory once, and every series has its own', (t) => {
  const labels = [['0', 'GPU-a'], ['0', 'GPU-a'], ['1', 'GPU-b'], ['0']] as const
  const series = labels.map((of, at) => ({ name: `hostler_${at}`, labels: [...of] }))
  const frame = metricFrameFromWire({
    atUnixMs: 1,
    dictionary: 1,
    series: metricFrameToWire({ atUnixMs: 1, dictionary: 1, series, values: [] }).series as { name: string; labels: string[] }[],
    values: Buffer.alloc(0),
  })
  t.deepEqual(frame.series, series)
  t.is(frame.series[0]?.labels, frame.series[1]?.labels)
})
