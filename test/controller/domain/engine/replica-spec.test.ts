import test from 'ava'
import { presets } from '../../../../controller/domain/engine/presets.ts'
import { imageOf, replicaSpecOf } from '../../../../controller/domain/engine/replica-spec.ts'
import { membersOf } from '../../../../controller/domain/gang/members.ts'
import { presetNames } from '../../../../controller/domain/spec/blocks.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import { assignment, specOf } from '../support/fleet.ts'

const launched = (changes: Partial<DeploymentDocument>) => replicaSpecOf(assignment('ds7b-1', { gpuUuids: ['GPU-1'] }), specOf(changes))
const line = (changes: Partial<DeploymentDocument>): string => {
  const { command, args } = launched(changes)
  return [...command, ...args].join(' ')
}

test('vLLM is served under every name that clients may use, with its key out of the process list', (t) => {
  const changes: Partial<DeploymentDocument> = {
    model: { name: 'ds7b', path: '/models/ds7b', aliases: ['small'] },
    engine: { preset: 'vllm', maxModelLen: 4096, gpuMemoryUtilization: 0.9, maxConcurrentSequences: 64, args: ['--enforce-eager'] },
    resources: { gpus: 8 },
    parallelism: { tensorParallel: 4, pipelineParallel: 2 },
  }
  t.is(
    line(changes),
    'vllm serve {{modelPath}} --host {{address}} --port {{port}} --served-model-name ds7b small --tensor-parallel-size 4 --pipeline-parallel-size 2 --max-model-len 4096 --gpu-memory-utilization 0.9 --max-num-seqs 64 --enforce-eager',
  )
  t.deepEqual(launched(changes).env, { VLLM_API_KEY: '{{apiKey}}', MODEL_PATH: '{{modelPath}}' })
})

test('SGLang gets its key on the command line, the only way it takes one', (t) => {
  t.is(
    line({ engine: { preset: 'sglang', maxModelLen: 8192 }, resources: { gpus: 2 } }),
    'python3 -m sglang.launch_server --model-path {{modelPath}} --served-model-name ds7b --host {{address}} --port {{port}} --api-key {{apiKey}} --enable-metrics --tp-size 2 --context-length 8192',
  )
})

test('llama-server gets a context for all its slots together', (t) => {
  const engine = { preset: 'llamacpp', maxModelLen: 4096, maxConcurrentSequences: 4 } as const
  t.is(
    line({ engine, runtime: 'exec' }),
    'llama-server --model {{modelPath}} --alias ds7b --host {{address}} --port {{port}} --metrics --ctx-size 16384 --parallel 4',
  )
  t.deepEqual(launched({ engine }).command, [], 'the entrypoint of its image is kept')
  t.regex(line({ engine, resources: { gpus: 1 } }), /--n-gpu-layers 999/)
})

test('TensorRT-LLM is told its sizes, and its notes say that it knows no key', (t) => {
  t.is(
    line({ engine: { preset: 'tensorrt-llm', gpuMemoryUtilization: 0.8 }, resources: { gpus: 2 } }),
    'trtllm-serve {{modelPath}} --host {{address}} --port {{port}} --tp_size 2 --kv_cache_free_gpu_memory_fraction 0.8',
  )
  t.regex(presets['tensorrt-llm'].notes.join(), /no API key/)
})

test('a custom engine runs what the spec says and finds the rest in its environment', (t) => {
  const changes: Partial<DeploymentDocument> = {
    model: { name: 'a' },
    engine: { preset: 'custom', command: ['serve'], args: ['{{port}}'] },
    image: 'x',
  }
  t.is(line(changes), 'serve {{port}}')
  t.deepEqual(launched(changes).env, { HOSTLER_ADDRESS: '{{address}}', HOSTLER_PORT: '{{port}}', HOSTLER_API_KEY: '{{apiKey}}' })
  t.is(launched(changes).modelPath, '')
  t.is(launched(changes).mountPath, '')
})

test('every preset but custom has a pinned image of its own', (t) => {
  for (const preset of presetNames) {
    const spec = specOf(preset === 'custom' ? { engine: { preset }, image: 'given:1' } : { engine: { preset } })
    t.regex(imageOf(spec), /:(?!latest$)[^:]+$/, preset)
  }
  t.is(imageOf(specOf({ runtime: 'exec' })), '')
})

test('the warm probe is a real request of the kind that the model answers', (t) => {
  t.like(launched({}).warm, { path: '/v1/completions', bodyJson: '{"model":"ds7b","prompt":"Hello","max_tokens":4,"temperature":0}' })
  t.is(launched({ warmProbe: { request: 'embedding' } }).warm.path, '/v1/embeddings')
  t.is(launched({ warmProbe: { request: 'chat' } }).warm.path, '/v1/chat/completions')
  t.is(launched({ warmProbe: { enabled: false } }).warm.path, '')
})

test('the model appears in the container under its own name, and on the host where it is', (t) => {
  t.is(launched({}).mountPath, '/models/ds7b')
  t.is(launched({ engine: { preset: 'vllm', mountPath: '/data' } }).mountPath, '/data')
  t.is(launched({ engine: { preset: 'llamacpp' }, runtime: 'exec' }).mountPath, '')
})

test('the decision and the secret of the assignment are in the replica spec', (t) => {
  t.like(launched({}), { id: 'ds7b-1', revision: 1, gpuUuids: ['GPU-1'], apiKey: 'secret', onPartition: 'keep' })
})

const gang = assignment('r1-1', {
  gpuUuids: ['GPU-a'],
  workers: [{ id: 'r1-1-r1', rank: 1, hostId: 'host-b', gpuUuids: ['GPU-b'], memoryMiB: 0 }],
  gang: { attempt: 3, addresses: ['10.0.0.1', '10.0.0.2'], interfaces: ['eth0', ''], port: 30_007, crashes: 0, readySinceUnixMs: 0 },
})
const member = (changes: Partial<DeploymentDocument>, rank: number) =>
  replicaSpecOf(gang, specOf({ resources: { gpus: 16 }, parallelism: { hosts: 2 }, ...changes }), membersOf(gang)[rank])
const memberLine = (changes: Partial<DeploymentDocument>, rank: number): string => {
  const { command, args } = member(changes, rank)
  return [...command, ...args].join(' ')
}

test('vLLM over two hosts is told by its multiprocessing launcher’s flags, and only the leader serves', (t) => {
  const shared = '--tensor-parallel-size 8 --pipeline-parallel-size 2 --nnodes 2'
  const meeting = '--master-addr 10.0.0.1 --master-port 30007'
  t.regex(memberLine({}, 0), new RegExp(`${shared} --node-rank 0 ${meeting}$`))
  t.regex(memberLine({}, 1), new RegExp(`${shared} --node-rank 1 ${meeting} --headless$`))
  t.like(member({}, 0).env, { VLLM_HOST_IP: '{{address}}', NCCL_SOCKET_IFNAME: 'eth0', HOSTLER_RANK: '0', HOSTLER_GANG_ATTEMPT: '3' })
  t.is(member({}, 1).env['NCCL_SOCKET_IFNAME'], undefined, 'a card that is not known is not named')
})

test('SGLang over two hosts is told where rank 0 waits', (t) => {
  const changes: Partial<DeploymentDocument> = { engine: { preset: 'sglang' } }
  t.regex(memberLine(changes, 1), /--tp-size 8 --pp-size 2 --dist-init-addr 10\.0\.0\.1:30007 --nnodes 2 --node-rank 1$/)
})

test('any engine is told of its gang by environment and by placeholders', (t) => {
  const changes: Partial<DeploymentDocument> = {
    engine: {
      preset: 'custom',
      command: ['serve'],
      args: ['{{rank}}/{{worldSize}}', '{{leaderAddress}}:{{leaderPort}}', '{{port}} {{ other }}'],
    },
    image: 'x',
    env: { PEERS: '{{memberAddresses}}' },
  }
  t.is(memberLine(changes, 1), 'serve 1/2 10.0.0.1:30007 {{port}} {{ other }}')
  t.like(member(changes, 1).env, {
    PEERS: '10.0.0.1,10.0.0.2',
    HOSTLER_RANK: '1',
    HOSTLER_WORLD_SIZE: '2',
    HOSTLER_LEADER_ADDRESS: '10.0.0.1',
    HOSTLER_LEADER_PORT: '30007',
    HOSTLER_MEMBER_ADDRESSES: '10.0.0.1,10.0.0.2',
  })
})

test('members run on their own GPUs and are started by nobody but the controller; workers are ready for as long as they run', (t) => {
  t.like(member({}, 0), { id: 'r1-1', gpuUuids: ['GPU-a'], restart: 'never', reservedPorts: [30_007], metricsPath: '/metrics' })
  const worker = member({}, 1)
  t.like(worker, { id: 'r1-1-r1', gpuUuids: ['GPU-b'], restart: 'never', metricsPath: '', apiKey: 'secret' })
  t.deepEqual([worker.health.path, worker.warm.path, worker.reservedPorts], ['', '', undefined])
})
