import test from 'ava'
import { type PreflightFacts, preflight, type ResolvedHolder } from '../../../agent/runtime/preflight.ts'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import { replicaSpec } from './replica-specs.ts'

const holder = (changes: Partial<ResolvedHolder> = {}): ResolvedHolder => ({
  pid: 77,
  name: 'python',
  kind: 'compute',
  replicaId: '',
  ...changes,
})
const gpus = (...holders: ResolvedHolder[]): PreflightFacts['gpus'] => ({ kind: 'known', gpus: new Map([['GPU-a', holders]]) })
const runtime: PreflightFacts['runtime'] = {
  name: 'docker',
  version: '27',
  problem: '',
  gpuRequests: true,
  memlockUnlimited: true,
  memlockEvidence: 'CAP_SYS_RESOURCE',
  cdiDevices: [],
  imageDiskFreeMiB: 500_000,
}
const fine: PreflightFacts = {
  runtime,
  artifact: 'present',
  pullError: '',
  modelPath: 'present',
  portHolders: [],
  portsExhausted: false,
  hostMemoryMiB: 64_000,
  gpus: gpus(),
  claims: new Map(),
}
const spec = (changes: Partial<ReplicaSpec> = {}) =>
  replicaSpec({
    runtime: 'docker',
    image: 'vllm:1',
    pull: 'missing',
    memlock: 'auto',
    gpuUuids: ['GPU-a'],
    modelPath: '/models/r1',
    ...changes,
  })

test('a host that has all that is asked for has nothing to say', (t) => {
  t.deepEqual(preflight(spec(), fine), [])
})

interface Case {
  readonly seen: string
  readonly facts: Partial<PreflightFacts>
  readonly spec?: Partial<ReplicaSpec>
  readonly expected: readonly [code: string, severity: string, message: RegExp]
}

const cases: readonly Case[] = [
  {
    seen: 'a container engine that does not answer',
    facts: { runtime: { ...runtime, problem: 'no socket' } },
    expected: ['RUNTIME_UNAVAILABLE', 'error', /no socket/],
  },
  {
    seen: 'an image that is missing and never pulled',
    facts: { artifact: 'absent' },
    spec: { pull: 'never' },
    expected: ['IMAGE_MISSING', 'error', /vllm:1/],
  },
  {
    seen: 'a pull that failed',
    facts: { artifact: 'absent', pullError: 'vllm:1 could not be pulled: denied' },
    expected: ['IMAGE_MISSING', 'error', /denied/],
  },
  {
    seen: 'little room for an image',
    facts: { artifact: 'absent', runtime: { ...runtime, imageDiskFreeMiB: 9_000 } },
    expected: ['DISK_FULL', 'warning', /9000 MiB/],
  },
  {
    seen: 'no room for an image',
    facts: { artifact: 'absent', runtime: { ...runtime, imageDiskFreeMiB: 100 } },
    expected: ['DISK_FULL', 'error', /100 MiB/],
  },
  {
    seen: 'a program that is not installed',
    facts: { artifact: 'absent' },
    spec: { runtime: 'exec', command: ['llama-server'] },
    expected: ['COMMAND_MISSING', 'error', /llama-server/],
  },
  {
    seen: 'a model path that is missing',
    facts: { modelPath: 'missing' },
    expected: ['MODEL_PATH_MISSING', 'error', /\/models\/r1 does not exist/],
  },
  {
    seen: 'a model path on a stale mount',
    facts: { modelPath: 'unreadable' },
    expected: ['MODEL_PATH_MISSING', 'error', /cannot be read/],
  },
  {
    seen: 'memlock that cannot be granted',
    facts: { runtime: { ...runtime, memlockUnlimited: false, memlockEvidence: 'no cap' } },
    expected: ['MEMLOCK_UNAVAILABLE', 'warning', /no cap.*launched without/],
  },
  {
    seen: 'memlock that cannot be granted but is required',
    facts: { runtime: { ...runtime, memlockUnlimited: false, memlockEvidence: 'no cap' } },
    spec: { memlock: 'require' },
    expected: ['MEMLOCK_UNAVAILABLE', 'error', /no cap.*requires it/],
  },
  {
    seen: 'a port that is taken',
    facts: { portHolders: [{ port: 8000, holder: 'nginx (pid 9)' }] },
    spec: { port: 8000 },
    expected: ['PORT_TAKEN', 'error', /8000 is in use by nginx \(pid 9\)/],
  },
  { seen: 'a range without a free port', facts: { portsExhausted: true }, expected: ['PORT_TAKEN', 'error', /Every port/] },
  {
    seen: 'a memory request above the host',
    facts: {},
    spec: { memoryRequestMiB: 65_000 },
    expected: ['MEMORY_EXCEEDED', 'error', /65000 MiB.*64000 MiB/],
  },
  {
    seen: 'a memory limit above the host',
    facts: {},
    spec: { memoryLimitMiB: 65_000 },
    expected: ['MEMORY_EXCEEDED', 'warning', /65000 MiB/],
  },
  {
    seen: 'a GPU that is not there',
    facts: { gpus: { kind: 'known', gpus: new Map() } },
    expected: ['GPU_MISSING', 'error', /GPU-a is not on this host/],
  },
  {
    seen: 'GPUs that cannot be read',
    facts: { gpus: { kind: 'unknown', reason: 'nvidia-smi hangs' } },
    expected: ['GPU_MISSING', 'error', /nvidia-smi hangs/],
  },
  {
    seen: 'a foreign process on the GPU',
    facts: { gpus: gpus(holder()) },
    expected: ['GPU_BUSY', 'error', /Process 77 \(python\), which is not Hostler's/],
  },
  {
    seen: 'a display server on the GPU',
    facts: { gpus: gpus(holder({ kind: 'graphics', name: 'Xorg' })) },
    expected: ['GPU_BUSY', 'warning', /Xorg/],
  },
  {
    seen: 'a former replica on the GPU',
    facts: { gpus: gpus(holder({ replicaId: 'r0' })) },
    expected: ['GPU_HELD', 'error', /former replica r0/],
  },
  {
    seen: 'another replica that claims the GPU',
    facts: { claims: new Map([['GPU-a', 'r1']]) },
    expected: ['GPU_HELD', 'error', /r1 still holds/],
  },
  {
    seen: 'an engine that cannot hand over GPUs',
    facts: { runtime: { ...runtime, gpuRequests: false } },
    expected: ['GPU_MISSING', 'warning', /NVIDIA_VISIBLE_DEVICES/],
  },
]

for (const { seen, facts, spec: changes, expected } of cases) {
  test(`preflight tells of ${seen}, with a remedy`, (t) => {
    const [finding, ...others] = preflight(spec(changes), { ...fine, ...facts })
    const [code, severity, message] = expected
    t.like(finding, { code, severity })
    t.regex(finding?.message ?? '', message)
    t.not(finding?.remedy, '')
    t.deepEqual(others, [])
  })
}

test('a replica without GPUs is launched although they cannot be read', (t) => {
  t.deepEqual(preflight(spec({ gpuUuids: [] }), { ...fine, gpus: { kind: 'unknown', reason: 'hangs' } }), [])
})

test('CDI devices stand in for the NVIDIA runtime', (t) => {
  t.deepEqual(preflight(spec(), { ...fine, runtime: { ...runtime, gpuRequests: false, cdiDevices: ['nvidia.com/gpu=GPU-a'] } }), [])
})
