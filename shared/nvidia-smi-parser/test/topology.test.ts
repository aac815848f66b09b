import test from 'ava'
import { parseList, parseNvLinkStatus, parseTopology, pciBusId } from '../index.ts'
import { fixture } from './fixtures.ts'

test('The matrix of one GPU, underlined as the driver prints it, has its affinities and no link', (t) => {
  t.deepEqual(parseTopology(fixture('h200-580.159.04-topo.txt')), {
    ok: true,
    value: { devices: [{ name: 'GPU0', cpuAffinity: '0-15', numaNode: 0 }], links: [], nics: {} },
  })
})

const matrix = [
  '\t\u001b[4mGPU0\tGPU1\tGPU2\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\u001b[0m',
  'GPU0\t X \tNV18\tSYS\tPIX\t0-15,32-47\t0\t\tN/A',
  'GPU1\tNV18\t X \tSYS\tNODE\t0-15,32-47\t0\t\tN/A',
  'GPU2\tSYS\tSYS\t X \tSYS\t16-31\t1\t\tN/A',
  'NIC0\tPIX\tNODE\tSYS\t X \t\t\t\t',
  '',
  'Legend:',
  '',
  '  NV#  = Connection traversing a bonded set of # NVLinks',
  '',
  'NIC Legend:',
  '',
  '  NIC0: mlx5_0',
  '',
]

const links = [
  { a: 'GPU0', b: 'GPU1', kind: 'NV', nvlinks: 18 },
  { a: 'GPU0', b: 'GPU2', kind: 'SYS' },
  { a: 'GPU0', b: 'NIC0', kind: 'PIX' },
  { a: 'GPU1', b: 'GPU2', kind: 'SYS' },
  { a: 'GPU1', b: 'NIC0', kind: 'NODE' },
  { a: 'GPU2', b: 'NIC0', kind: 'SYS' },
]

test('NVLink bonds, NUMA nodes and network cards come out of a matrix, each pair once', (t) => {
  const result = parseTopology(matrix.join('\n'))
  if (!result.ok) return t.fail(result.failure.message)
  t.deepEqual(result.value.links, links)
  t.deepEqual(
    result.value.devices.map(({ name, numaNode }) => [name, numaNode]),
    [
      ['GPU0', 0],
      ['GPU1', 0],
      ['GPU2', 1],
      ['NIC0', undefined],
    ],
  )
  t.deepEqual(result.value.nics, { NIC0: 'mlx5_0' })
})

test('A matrix whose tabs became spaces reads the same', (t) => {
  const result = parseTopology(matrix.map((line) => line.replaceAll('\t\t', '\t').replaceAll('\t', '    ')).join('\n'))
  if (!result.ok) return t.fail(result.failure.message)
  t.deepEqual(result.value.links, links)
})

test('A matrix that ends early is refused', (t) => {
  const result = parseTopology(matrix.slice(0, 3).join('\n'))
  t.true(!result.ok && result.failure.kind === 'truncated')
})

test('A listing names GPUs and their MIG devices', (t) => {
  const result = parseList(
    'GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-aa)\n  MIG 3g.20gb     Device  0: (UUID: MIG-bb)\n  MIG 1g.5gb      Device  1: (UUID: MIG-cc)\nGPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-dd)\n',
  )
  t.deepEqual(result, {
    ok: true,
    value: {
      gpus: [
        {
          index: 0,
          name: 'NVIDIA A100-SXM4-40GB',
          uuid: 'GPU-aa',
          mig: [
            { index: 0, profile: '3g.20gb', uuid: 'MIG-bb' },
            { index: 1, profile: '1g.5gb', uuid: 'MIG-cc' },
          ],
        },
        { index: 1, name: 'NVIDIA A100-SXM4-40GB', uuid: 'GPU-dd', mig: [] },
      ],
    },
  })
})

test('NVLink status tells active links from inactive ones, and no output is no NVLink', (t) => {
  t.deepEqual(parseNvLinkStatus('GPU 0: NVIDIA H100 (UUID: GPU-aa)\n\t Link 0: 26.562 GB/s\n\t Link 1: <inactive>\n'), {
    ok: true,
    value: [
      {
        index: 0,
        uuid: 'GPU-aa',
        links: [
          { link: 0, active: true, gigabytesPerSecond: 26.562 },
          { link: 1, active: false },
        ],
      },
    ],
  })
  t.deepEqual(parseNvLinkStatus(''), { ok: true, value: [] })
})

test('Bus ids of nvidia-smi and of the kernel compare equal', (t) => {
  t.is(pciBusId('00000000:1B:00.0'), '0000:1b:00.0')
  t.is(pciBusId('0000:1b:00.0'), '0000:1b:00.0')
  t.is(pciBusId('00010000:1B:00.0'), '10000:1b:00.0')
  t.is(pciBusId('N/A'), undefined)
})
