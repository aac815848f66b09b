import test from 'ava'
import fc from 'fast-check'
import { parseComputeApps, parseList, parseNvLinkStatus, parseQueryGpu, parseReport, parseTopology } from '../index.ts'
import { fixture } from './fixtures.ts'

const captures = [
  'h200-580.159.04-load.xml',
  'h200-580.159.04-query-gpu-units.csv',
  'h200-580.159.04-compute-apps.csv',
  'h200-580.159.04-topo.txt',
  'h200-580.159.04-misc.txt',
].map(fixture)
const parsers = [parseReport, parseQueryGpu, parseComputeApps, parseList, parseTopology, parseNvLinkStatus] as const

const pieces = fc.constantFrom(
  '<nvidia_smi_log>',
  '</nvidia_smi_log>',
  '<gpu id="0:0:0.0">',
  '</gpu>',
  '<a',
  '/>',
  '<!--',
  '-->',
  '<?',
  '<![CDATA[',
  '&#x110000;',
  '&amp;',
  '__proto__',
  'GPU0\t X ',
  '\tGPU0\tGPU1\n',
  ', ',
  '\n',
  'N/A',
  'ERR!',
  '0x1',
  '-1 MiB',
  '1e999 W',
  'GPU 0: x (UUID: y)',
  'Link 0: 1 GB/s',
  'index, constructor [MiB]\n',
  '<constructor>1</constructor>',
)
const garbage = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }).map((parts) => parts.join('')),
)
const damaged = fc.tuple(fc.constantFrom(...captures), fc.nat(), fc.nat(), garbage).map(([text, from, length, filler]) => {
  const start = from % (text.length + 1)
  return text.slice(0, start) + filler + text.slice(start + (length % 2000))
})

/** No number is NaN or infinite, no key holds undefined, nothing was put on a prototype. */
const sound = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value)
  if (value === null || typeof value !== 'object') return value !== undefined
  return Object.values(value).every(sound)
}

test('Whatever the text, a parser answers with a sound value or a failure and never throws', (t) => {
  fc.assert(
    fc.property(fc.oneof(garbage, damaged), (output) => {
      for (const parse of parsers) {
        const result = parse(output)
        if (!sound(result) || (!result.ok && result.failure.message === '')) return false
      }
      return Reflect.get({}, '1') === undefined
    }),
    { numRuns: 400 },
  )
  t.pass()
})

test('Whatever sections are missing, the rest of the report reads as before', (t) => {
  const whole = captures[0] ?? ''
  const sections = [...whole.matchAll(/^\t\t<(\w+)>/gm)].map((match) => match[1] ?? '')
  const owners: Readonly<Record<string, string>> = {
    fb_memory_usage: 'memory',
    utilization: 'utilization',
    temperature: 'temperature',
    remapped_rows: 'remappedRows',
    clocks: 'clocks',
    processes: 'processes',
    uuid: 'uuid',
  }
  fc.assert(
    fc.property(fc.subarray(sections), (removed) => {
      const text = removed.reduce((left, name) => left.replace(new RegExp(`^\\t\\t<${name}>[\\s\\S]*?</${name}>\\n`, 'm'), ''), whole)
      const result = parseReport(text)
      if (!result.ok || result.value.gpus.length !== 1) return false
      const gpu = result.value.gpus[0]
      return Object.entries(owners).every(([name, field]) => gpu !== undefined && field in gpu === !removed.includes(name))
    }),
    { numRuns: 100 },
  )
  t.pass()
})

test('Numbers survive the way through a report', (t) => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(100),
      fc.double({ min: 0, max: 2000, noNaN: true }).map((watts) => Number(watts.toFixed(2))),
      (used, busy, watts) => {
        const result = parseReport(
          `<nvidia_smi_log><gpu id="x"><fb_memory_usage><used>${used} MiB</used></fb_memory_usage><utilization><gpu_util>${busy} %</gpu_util></utilization><gpu_power_readings><power_draw>${watts.toFixed(2)} W</power_draw></gpu_power_readings></gpu></nvidia_smi_log>`,
        )
        const gpu = result.ok ? result.value.gpus[0] : undefined
        return gpu?.memory?.usedMiB === used && gpu.utilization?.gpuPercent === busy && gpu.power?.drawWatts === watts
      },
    ),
  )
  t.pass()
})
