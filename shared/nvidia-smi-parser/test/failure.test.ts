import test from 'ava'
import {
  type FailureKind,
  failureIn,
  parseComputeApps,
  parseList,
  parseNvLinkStatus,
  parseQueryGpu,
  parseReport,
  parseTopology,
} from '../index.ts'

const texts: readonly (readonly [string, FailureKind])[] = [
  ['No devices were found', 'no-devices'],
  [
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    'driver-unreachable',
  ],
  ['Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161', 'library-mismatch'],
  ['Failed to initialize NVML: Unknown Error', 'nvml-failed'],
  ['Failed to initialize NVML: Insufficient Permissions', 'no-permission'],
  ['Failed to initialize NVML: Driver Not Loaded', 'driver-unreachable'],
  [
    "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is properly installed and present in your system.",
    'library-missing',
  ],
  ['Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.  Reboot the system to recover this GPU', 'gpu-lost'],
  ['Unable to determine the device handle for GPU0000:02:00.0: Unknown Error', 'gpu-lost'],
  ['Unable to determine the device handle for GPU0: 0000:02:00.0: Unknown Error', 'gpu-lost'],
  ['Field "bogus" is not a valid field to query.\n\n', 'bad-query'],
  ["ERROR: Option --bogus is not recognized. Please run 'nvidia-smi -h'.\n\n", 'bad-query'],
  ['', 'empty'],
]

const parsers = { parseReport, parseQueryGpu, parseComputeApps, parseList, parseTopology, parseNvLinkStatus }

for (const [text, kind] of texts) {
  test(`"${text.trim().slice(0, 90).replaceAll('\n', ' ')}" is ${kind} from every parser`, (t) => {
    for (const [name, parse] of Object.entries(parsers)) {
      // No NVLink and no output are the same thing to `nvidia-smi nvlink --status`.
      if (kind === 'empty' && name === 'parseNvLinkStatus') continue
      const result = parse(text)
      t.true(!result.ok, name)
      if (!result.ok) t.is(result.failure.kind, kind, name)
    }
  })
}

test('A lost GPU is named by its bus id in the form of the kernel', (t) => {
  for (const text of texts.filter(([, kind]) => kind === 'gpu-lost')) t.is(failureIn(text[0])?.pciBusId, '0000:02:00.0')
})

test('A failure carries one line of bounded length', (t) => {
  const result = parseReport(`not\nXML ${'x'.repeat(100_000)}`)
  t.true(!result.ok && !result.failure.message.includes('\n') && result.failure.message.length <= 300)
})
