import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment'
import { exportKubernetes } from '../../../../controller/domain/export/kubernetes/export.ts'
import type { LeaderWorkerSet } from '../../../../controller/domain/export/kubernetes/leader-worker-set.ts'
import { parseSpecs } from '../../../../controller/domain/spec/parse.ts'
import { type DeploymentDocument, type DeploymentSpec, deploymentSchema } from '../../../../controller/domain/spec/schema.ts'
import { validateStrictly } from './support/strict.ts'

const examples = join(import.meta.dirname, '../../../../docs/examples')
const options = { namespace: '', modelClaim: '', prometheusUrl: 'http://prometheus:9090', wakeQuery: '' }

const spec = (document: Partial<DeploymentDocument> = {}): DeploymentSpec =>
  deploymentSchema.parse({ name: 'chat', model: { name: 'm', path: '/models/m' }, engine: { preset: 'vllm' }, ...document })

const workload = (exported: DeploymentSpec, given = options): IDeployment => exportKubernetes(exported, given).documents[0] as IDeployment
const podOf = (exported: DeploymentSpec, given = options) => {
  const pod = workload(exported, given).spec?.template.spec
  const container = pod?.containers[0]
  if (!pod || !container) throw new Error('no pod')
  return { pod, container }
}

test('every example that runs in containers exports to documents that pass strict validation', async (t) => {
  let exported = 0
  for (const name of await readdir(examples)) {
    const parsed = parseSpecs(await readFile(join(examples, name), 'utf8'), name)
    // Files of other kinds.
    if (!parsed.ok) continue
    for (const one of parsed.value) {
      if (one.runtime === 'exec') continue
      for (const given of [options, { ...options, namespace: 'ai', modelClaim: 'models', wakeQuery: 'sum(asked)' }]) {
        const { documents } = exportKubernetes(one, given)
        for (const document of documents) t.notThrows(() => validateStrictly(document), `${name} ${document.kind}`)
        exported += documents.length
      }
    }
  }
  t.true(exported > 30)
})

test('whatever a spec says, its documents pass strict validation', (t) => {
  const size = fc.integer({ min: 1, max: 4_000_000 }).map((mib) => `${mib}Mi`)
  const documents = fc.record(
    {
      engine: fc.oneof(
        fc.constantFrom('vllm', 'sglang').map((preset) => ({ preset })),
        fc.constant({ preset: 'llamacpp' }),
        fc.constant({ preset: 'tensorrt-llm' }),
        fc.constant({ preset: 'custom', command: ['serve', '{{address}}:{{port}}', '$(date)'], args: ['--key={{ apiKey }}'] }),
      ),
      image: fc.constant('registry.example.com/engine:1'),
      replicas: fc.integer({ min: 0, max: 50 }),
      autoscale: fc.record(
        {
          min: fc.integer({ min: 0, max: 5 }),
          max: fc.integer({ min: 5, max: 60 }),
          signals: fc.record(
            {
              waiting: fc.double({ min: 0.01, max: 1000, noNaN: true }),
              kvCache: fc.double({ min: 0.01, max: 1, noNaN: true }),
              ttft: fc.record({ quantile: fc.constantFrom(0.5, 0.95), target: fc.constantFrom('10ms', '2s', '1h') }),
              tokensPerSecond: fc.integer({ min: 1, max: 10_000 }),
              gpuUtilization: fc.constantFrom(0.5, 1),
            },
            { requiredKeys: [] },
          ),
          scaleIn: fc.record({ stabilization: fc.constantFrom('0s', '15m', '24h'), every: fc.constantFrom('0s', '24h') }),
          schedules: fc.constantFrom([], [{ start: '0 8 * * 1-5', end: '0 12 * * 1-5', timeZone: 'Asia/Shanghai', min: 5 }]),
        },
        { requiredKeys: ['max'] },
      ),
      resources: fc.record({ gpus: fc.integer({ min: 0, max: 16 }), gpuMemory: size, memory: fc.record({ request: size }), shm: size }),
      env: fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/), fc.string({ maxLength: 20 }), { maxKeys: 3 }),
      update: fc.record({ maxSurge: fc.integer({ min: 0, max: 4 }), maxUnavailable: fc.integer({ min: 1, max: 4 }) }),
      placement: fc.record({
        labels: fc.dictionary(fc.constantFrom('pool', 'example.com/rack'), fc.constantFrom('a', 'r-12'), { maxKeys: 2 }),
        hosts: fc.constant(['gpu-1', 'gpu-2']),
        spread: fc.boolean(),
        tolerations: fc.constantFrom([], [{ key: 'team', value: 'a', effect: 'NoExecute' as const }, { operator: 'Exists' as const }]),
        antiAffinity: fc.constantFrom([], [{}, { deployments: ['embed'], topologyKey: 'rack', mode: 'preferred' as const }]),
      }),
      memlock: fc.constantFrom('auto', 'require', 'off'),
      pull: fc.constantFrom('missing', 'always', 'never'),
      health: fc.record({ interval: fc.constantFrom('100ms', '5s'), failures: fc.integer({ min: 1, max: 9 }) }),
      port: fc.integer({ min: 0, max: 65_535 }),
      loadTimeout: fc.constantFrom('1s', '20m'),
    },
    { requiredKeys: ['engine', 'image'] },
  )
  fc.assert(
    fc.property(documents, (document) => {
      const parsed = deploymentSchema.safeParse({ name: 'chat', model: { name: 'm', path: '/models/m' }, ...document })
      fc.pre(parsed.success)
      for (const made of exportKubernetes(parsed.data as DeploymentSpec, options).documents) validateStrictly(made)
    }),
    { numRuns: 200 },
  )
  t.pass()
})

test('validation is strict: a field that is misspelt, missing or of another type is found', (t) => {
  const good = workload(spec({ resources: { gpus: 1 } }))
  const broken = (path: readonly (string | number)[], value: unknown) => {
    const copy = structuredClone(good) as unknown as Record<string, unknown>
    const parent = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy)
    if (value === undefined) delete parent[path.at(-1) ?? '']
    else parent[path.at(-1) ?? ''] = value
    return copy as never
  }
  t.notThrows(() => validateStrictly(good))
  const container = ['spec', 'template', 'spec', 'containers', 0]
  const mistakes: readonly (readonly [readonly (string | number)[], unknown])[] = [
    [['statuz'], {}],
    [['spec', 'replica'], 1],
    [['spec', 'selector'], undefined],
    [['spec', 'strategy', 'rollingUpdate', 'maxUnavaible'], 0],
    [[...container, 'livenessProb'], {}],
    [[...container, 'name'], undefined],
    [[...container, 'ports', 0, 'containerPort'], '8000'],
    [[...container, 'resources', 'limit'], {}],
  ]
  for (const [path, value] of mistakes) t.throws(() => validateStrictly(broken(path, value)), undefined, path.join('/'))
})

test('a rollout is that of the spec: one more at a time, none less, and without limit until the model is loaded', (t) => {
  const { spec: deployment } = workload(spec({ replicas: 4, resources: { gpus: 1, memory: { request: '16Gi', limit: '32Gi' } } }))
  t.is(deployment?.replicas, 4)
  t.deepEqual(deployment?.strategy?.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 })
  const { container, pod } = podOf(
    spec({ replicas: 4, loadTimeout: '20m', resources: { gpus: 1, memory: { request: '16Gi', limit: '32Gi' }, shm: '8Gi' } }),
  )
  t.deepEqual(container.resources, { requests: { memory: '16Gi' }, limits: { memory: '32Gi', 'nvidia.com/gpu': '1' } })
  t.is(Number(container.startupProbe?.periodSeconds) * Number(container.startupProbe?.failureThreshold), 1_200)
  t.deepEqual(pod.volumes, [
    { name: 'model', hostPath: { path: '/models/m' } },
    { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '8Gi' } },
  ])
  t.true(container.env?.some(({ name, value }) => name === 'MODEL_PATH' && value === '/models/m'))
  // The drain, and then what the engine may take to stop.
  t.is(pod.terminationGracePeriodSeconds, 10 + 300 + 30)
})

test("the API key comes from the Secret and stands in no document, and a user's $(…) stays as it was written", (t) => {
  const env = (exported: DeploymentSpec) => podOf(exported).container.env
  const fromSecret = { secretKeyRef: { name: 'chat-api-key', key: 'api-key' } }
  t.deepEqual(env(spec())?.[0], { name: 'VLLM_API_KEY', valueFrom: fromSecret })
  const sglang = spec({ engine: { preset: 'sglang', args: ['--note', '$(HOME) {{port}}'] }, env: { NOTE: '$(X)' }, port: 9000 })
  t.deepEqual(env(sglang)?.[0], { name: 'API_KEY', valueFrom: fromSecret })
  const { args } = podOf(sglang).container
  t.is(args?.[args.indexOf('--api-key') + 1], '$(API_KEY)')
  t.is(args?.at(-1), '$$(HOME) 9000')
  t.true(env(sglang)?.some(({ name, value }) => name === 'NOTE' && value === '$$(X)'))
  t.regex(
    exportKubernetes(sglang, { ...options, namespace: 'ai' }).needs[0] ?? '',
    /^kubectl --namespace ai create secret generic chat-api-key/,
  )
  t.deepEqual(exportKubernetes(spec({ engine: { preset: 'tensorrt-llm' } }), options).needs, [])
})

test('a replica that spans nodes becomes a LeaderWorkerSet whose leaders alone are served, watched and counted', (t) => {
  const gang = spec({
    engine: { preset: 'vllm' },
    resources: { gpus: 16 },
    parallelism: { hosts: 2, tensorParallel: 8, pipelineParallel: 2 },
  })
  const { documents } = exportKubernetes(gang, options)
  const set = documents[0] as LeaderWorkerSet
  const { size, leaderTemplate, workerTemplate, restartPolicy } = set.spec.leaderWorkerTemplate
  t.deepEqual([set.kind, size, restartPolicy], ['LeaderWorkerSet', 2, 'RecreateGroupOnPodRestart'])
  const [leader, worker] = [leaderTemplate.spec?.containers[0], workerTemplate.spec?.containers[0]]
  for (const member of [leader, worker]) {
    t.is(member?.resources?.limits?.['nvidia.com/gpu'], '8')
    t.true(
      member?.args?.join(' ').includes('--nnodes $(LWS_GROUP_SIZE) --node-rank $(LWS_WORKER_INDEX) --master-addr $(LWS_LEADER_ADDRESS)'),
    )
    t.deepEqual(member?.env?.find(({ name }) => name === 'VLLM_HOST_IP')?.valueFrom, { fieldRef: { fieldPath: 'status.podIP' } })
  }
  t.truthy(leader?.readinessProbe)
  t.is(worker?.readinessProbe, undefined)
  t.true(worker?.args?.includes('--headless'))
  t.false(leader?.args?.includes('--headless'))
  for (const document of documents.slice(1))
    t.true(JSON.stringify(document).includes('"leaderworkerset.sigs.k8s.io/worker-index":"0"'), document.kind)
})

test('taints and neighbours mean in Kubernetes what they mean here', (t) => {
  const { pod } = podOf(
    spec({
      resources: { gpus: 1 },
      placement: {
        tolerations: [{ key: 'team', value: 'a', effect: 'NoExecute' }],
        antiAffinity: [{}, { deployments: ['embed', 'rank'], topologyKey: 'rack', mode: 'preferred' }],
      },
    }),
  )
  t.deepEqual(pod.tolerations, [
    { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'team', operator: 'Equal', value: 'a', effect: 'NoExecute' },
  ])
  const others = (values: string[]) => ({ matchExpressions: [{ key: 'app.kubernetes.io/instance', operator: 'In', values }] })
  t.deepEqual(pod.affinity?.podAntiAffinity, {
    requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: others(['chat']) }],
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: { topologyKey: 'rack', labelSelector: others(['embed', 'rank']) } },
    ],
  })
})

test('what Kubernetes has nothing for is refused with its field', (t) => {
  const refuse = (document: Partial<DeploymentDocument>, message: RegExp) =>
    t.throws(() => exportKubernetes(spec(document), options), { code: 'SPEC_INVALID', message })
  refuse({ runtime: 'exec', engine: { preset: 'llamacpp' } }, /runtime: exec/)
  refuse({ placement: { labels: { pool: 'two words' } } }, /placement\.labels\.pool: "two words"/)
  refuse({ engine: { preset: 'vllm', args: ['--peers', '{{ memberAddresses }}'] } }, /\{\{memberAddresses\}\}.*LWS_LEADER_ADDRESS/)
})

/** The real script in a real shell, beside an engine that has requests for a while. */
test('the preStop waits until nothing is in flight, also when the metrics fail for a moment', async (t) => {
  const answers = [
    'vllm:num_requests_running{engine="0"} 2.0\nvllm:num_requests_waiting{engine="0"} 1.0',
    undefined,
    'vllm:num_requests_running{engine="0"} 0.0\nvllm:num_requests_waiting{engine="0"} 0.0\nvllm:num_requests_waiting_by_reason 3',
  ]
  const seen: string[] = []
  await using server = createServer((request, response) => {
    seen.push(request.headers.authorization ?? '')
    const answer = answers[seen.length - 1]
    response.writeHead(answer === undefined ? 503 : 200).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const [shell = '', ...args] = podOf(spec({ port, update: { drainTimeout: '30s' } })).container.lifecycle?.preStop?.exec?.command ?? []
  const script = (args[1] ?? '').replace('sleep 10', 'sleep 0').replace('sleep 1\n', 'sleep 0.1\n')
  const ended = Promise.withResolvers<number | null>()
  execFile(shell, ['-c', script], { env: { PATH: process.env.PATH, VLLM_API_KEY: 'secret' } }, (error) =>
    ended.resolve(error ? Number(error.code) : 0),
  )
  t.is(await ended.promise, 0)
  t.deepEqual(seen, ['Bearer secret', 'Bearer secret', 'Bearer secret'])
})
