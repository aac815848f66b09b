import test from 'ava'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { documentOf, sameReplicas } from '../../../../controller/domain/spec/document.ts'
import { maxSpecBytes, parseSpec, parseSpecs } from '../../../../controller/domain/spec/parse.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import { formatProblems } from '../../../../shared/config/problem.ts'
import { specOf } from '../support/fleet.ts'

const minimal = 'name: ds7b\nmodel: { name: ds7b, path: /models/ds7b }\nengine: { preset: vllm }\n'

const problemsOf = (text: string): string => {
  const parsed = parseSpecs(text, 'f.yaml')
  return parsed.ok ? '' : formatProblems(parsed.problems)
}

test('a minimal spec gets every default', (t) => {
  const parsed = parseSpec(minimal, 'f.yaml')
  t.true(parsed.ok)
  if (!parsed.ok) return
  t.is(parsed.value.replicas, 1)
  t.is(parsed.value.resources.gpus, 1)
  t.is(parsed.value.update.strategy, 'auto')
  t.is(parsed.value.update.progressDeadlineMs, 30 * 60_000)
  t.is(parsed.value.queue.holdMs, 60_000)
  t.is(parsed.value.onPartition, 'keep')
})

test('sizes and durations come out in MiB and milliseconds', (t) => {
  const spec = specOf({ resources: { gpuMemory: '40Gi', memory: { request: '16Gi', limit: '32Gi' } }, loadTimeout: '1h30m' })
  t.like(spec.resources, { gpuMemoryMiB: 40_960, memoryRequestMiB: 16_384, memoryLimitMiB: 32_768 })
  t.is(spec.loadTimeoutMs, 5_400_000)
})

test('an unknown field is refused at its place, with the name that was probably meant', (t) => {
  t.is(problemsOf(`${minimal}update:\n  max_surge: 1\n`), 'f.yaml:5:3: update.max_surge: unknown field, did you mean maxSurge?')
})

test('a missing field is refused at the block that lacks it', (t) => {
  t.regex(
    problemsOf('name: a\nmodel:\n  path: /m\nengine: { preset: vllm }\n'),
    /^f\.yaml:2:1: model\.name: this field is required \(text\)$/,
  )
})

test('a value of the wrong kind is shown with what would be right', (t) => {
  t.is(problemsOf(`${minimal}replicas: many\n`), 'f.yaml:4:11: replicas: expected a number, got "many"')
  t.regex(problemsOf(minimal.replace('vllm', 'vlm')), /expected one of vllm, .*\(did you mean vllm\?\), got "vlm"/)
  t.regex(problemsOf(`${minimal}loadTimeout: 30\n`), /expected a duration with a unit, such as .*, got 30/)
  t.regex(problemsOf(`${minimal}resources: { shm: 5G }\n`), /resources\.shm: expected a size in Mi, Gi or Ti.*, got "5G"/)
})

test('all problems of a file are told at once, in the order of its lines', (t) => {
  const lines = problemsOf('name: A\nmodel: { name: x, path: rel }\nengine: { preset: vllm }\nreplicas: -1\n').split('\n')
  t.deepEqual(
    lines.map((line) => line.split(': ')[1]),
    ['name', 'model.path', 'replicas'],
  )
})

for (const [title, text, expected] of [
  [
    'a memory request above the limit',
    'resources: { memory: { request: 64Gi, limit: 32Gi } }',
    /memory\.request: the request is larger than memory\.limit.*got "64Gi"/,
  ],
  [
    'a toleration of any value with a value',
    'placement: { tolerations: [{ key: a, operator: Exists, value: x }] }',
    /^f\.yaml:4:\d+: placement\.tolerations\[0\]\.value: operator Exists looks at no value/,
  ],
  [
    'a toleration of no key',
    'placement: { tolerations: [{ value: x }] }',
    /placement\.tolerations\[0\]\.operator: without a key only operator Exists makes sense/,
  ],
  [
    'more replicas that keep apart than hosts',
    'replicas: 3\nplacement: { hosts: [a, b], antiAffinity: [{}] }',
    /placement\.antiAffinity\[0\]: 3 replicas that are never on one host need as many hosts, placement\.hosts allows 2/,
  ],
  ['a group twice', 'placement: { groups: [a, a] }', /placement\.groups\[1\]: group a is given twice/],
  [
    'a canary of all replicas',
    'replicas: 3\nupdate: { canary: { replicas: 3 } }',
    /update\.canary\.replicas: a canary of 3 leaves none of 3 replicas stable; set replicas to 4/,
  ],
  [
    'a share of one replica',
    'update: { canary: { traffic: 10 } }',
    /update\.canary\.traffic: one replica cannot be split.*set replicas to 2/,
  ],
  ['a share of everything', 'replicas: 3\nupdate: { canary: { traffic: 100 } }', /update\.canary\.traffic/],
  ['a ratio that nothing could keep', 'replicas: 3\nupdate: { canary: { maxTtftRatio: 0.5 } }', /update\.canary\.maxTtftRatio/],
  ['more points than there are', 'replicas: 3\nupdate: { canary: { maxErrorIncrease: 101 } }', /update\.canary\.maxErrorIncrease/],
  ['a window of an hour', 'replicas: 3\nupdate: { canary: { window: 1h } }', /update\.canary\.window: expected at most 900000 ms/],
  ['neither surge nor unavailability', 'update: { maxSurge: 0 }', /update\.maxUnavailable: maxSurge and maxUnavailable are both 0/],
  [
    'GPUs that are not tensor times pipeline parallelism',
    'resources: { gpus: 3 }\nparallelism: { tensorParallel: 2 }',
    /parallelism\.tensorParallel: .* needs 2 GPUs, resources\.gpus is 3/,
  ],
  [
    'GPUs that do not divide into pipeline stages',
    'resources: { gpus: 3 }\nparallelism: { pipelineParallel: 2 }',
    /pipelineParallel: 3 GPUs cannot be split into 2/,
  ],
  [
    'GPUs that do not divide over the hosts',
    'resources: { gpus: 3 }\nparallelism: { hosts: 2 }',
    /parallelism\.hosts: 3 GPUs cannot be split evenly over 2 hosts/,
  ],
  [
    'layers shared over hosts',
    'resources: { gpus: 16 }\nparallelism: { tensorParallel: 16, hosts: 2 }',
    /parallelism\.tensorParallel: tensorParallel 16 does not fit into the 8 GPUs .* tensorParallel 8 with pipelineParallel 2/,
  ],
  [
    'stages that do not divide over the hosts',
    'resources: { gpus: 12 }\nparallelism: { pipelineParallel: 3, hosts: 2 }',
    /parallelism\.pipelineParallel: 3 stages cannot be split evenly over 2 hosts/,
  ],
  [
    'a gang of which one host would be changed alone',
    'resources: { gpus: 2 }\nparallelism: { hosts: 2 }\nonOOM: adjust',
    /onOOM: adjust changes the flags of one host alone/,
  ],
  [
    'a variable that every member of a gang is given',
    'resources: { gpus: 2 }\nparallelism: { hosts: 2 }\nenv: { HOSTLER_RANK: 0 }',
    /env\.HOSTLER_RANK: HOSTLER_RANK is set by Hostler/,
  ],
  ['GPU memory without a GPU', 'resources: { gpus: 0, gpuMemory: 40Gi }', /resources\.gpuMemory: .* takes no GPU/],
  ['an image for a program of the host', 'runtime: exec\nimage: x', /image: runtime exec .* uses no image/],
  ['a variable that the agent sets', 'env: { MODEL_PATH: x }', /env\.MODEL_PATH: MODEL_PATH is set by Hostler/],
  ['a host given twice', 'placement: { hosts: [a, b, a] }', /placement\.hosts\[2\]: host a is given twice/],
  [
    'more replicas with one port than hosts',
    'port: 8000\nreplicas: 3\nplacement: { hosts: [a, b] }',
    /port: 3 replicas with the fixed port 8000/,
  ],
  [
    'a probe that outlasts its interval',
    'health: { interval: 1s, timeout: 2s }',
    /health\.timeout: the timeout is longer than health\.interval/,
  ],
] as const) {
  test(`a spec contradicts itself with ${title}`, (t) => {
    t.regex(problemsOf(`${minimal}${text}\n`), expected)
  })
}

test('a custom engine without image, and one without command on the host, are refused', (t) => {
  const custom = 'name: a\nmodel: { name: a }\nengine: { preset: custom }\n'
  t.regex(problemsOf(custom), /image: a custom engine has no image/)
  t.regex(problemsOf(`${custom}runtime: exec\n`), /engine\.command: a custom engine with runtime exec has no program/)
  t.is(problemsOf(`${custom}image: x\n`), '')
})

test('a model name may be given once', (t) => {
  t.regex(
    problemsOf('name: a\nmodel: { name: a, path: /m, aliases: [b, a] }\nengine: { preset: vllm }\n'),
    /model\.aliases\[1\]: the name a is given twice/,
  )
})

test('a setting that the engine has no flag for is refused', (t) => {
  t.regex(problemsOf(minimal.replace('vllm', 'llamacpp, dtype: half')), /engine\.dtype: the preset llamacpp has no setting for this/)
})

test('several deployments of one file need different names', (t) => {
  const parsed = parseSpecs(`${minimal}---\n${minimal.replace('name: ds7b', 'name: other')}`, 'f.yaml')
  t.true(parsed.ok)
  t.regex(problemsOf(`${minimal}---\n${minimal}`), /^f\.yaml:5:7: name: two deployments of this file are named ds7b$/)
})

test('what is no spec at all is refused with one clear problem', (t) => {
  t.regex(problemsOf(''), /the file is empty/)
  t.regex(problemsOf('# only a comment\n'), /the file is empty/)
  t.regex(problemsOf('- 1\n'), /expected a block of fields/)
  t.regex(problemsOf('a: [1,\n'), /^f\.yaml:/)
  t.regex(problemsOf('['.repeat(100_000)), /nested too deeply/)
  t.regex(problemsOf(`a: ${'x'.repeat(maxSpecBytes)}`), /the file has \d+ bytes, at most 262144 are read/)
})

test('aliases that unfold without end are refused before they do', (t) => {
  const names = 'abcdefghi'
  const bomb = [...names]
    .map(
      (name, i) =>
        `${name}: &${name} [${Array(9)
          .fill(i === 0 ? 'x' : `*${names[i - 1]}`)
          .join(',')}]`,
    )
    .join('\n')
  t.regex(problemsOf(bomb), /the document cannot be used: .*alias/i)
})

test('no text makes the parser throw', (t) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc.json().map((json) => `${minimal}env: ${json}`),
      ),
      (text) => {
        parseSpecs(text, 'f.yaml')
        return true
      },
    ),
  )
  t.pass()
})

const documents = fc.record(
  {
    replicas: fc.nat({ max: 9 }),
    resources: fc.record({
      gpus: fc.constantFrom(0, 1, 2, 4, 8),
      memory: fc.constantFrom({}, { request: '16Gi' }, { request: '1500Mi', limit: '32Gi' }),
    }),
    engine: fc.constantFrom(
      { preset: 'vllm' as const, maxModelLen: 4096 },
      { preset: 'llamacpp' as const },
      { preset: 'sglang' as const, args: ['--x'] },
    ),
    env: fc.dictionary(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/), fc.oneof(fc.string(), fc.nat(), fc.boolean())),
    update: fc.record({ drainTimeout: fc.constantFrom('5m', '90s', '1500ms'), maxSurge: fc.integer({ min: 1, max: 3 }) }),
    rateLimit: fc.record({ requestsPerSecond: fc.integer({ min: 1, max: 100 }) }),
    placement: fc.record(
      {
        groups: fc.constantFrom(['g'], ['g', 'h']),
        tolerations: fc.constantFrom([], [{ key: 'a', value: 'x' }], [{ operator: 'Exists' as const }]),
        antiAffinity: fc.constantFrom(
          [],
          [{ mode: 'preferred' as const }],
          [{ deployments: ['a'], topologyKey: 'rack', mode: 'preferred' as const }],
        ),
        labels: fc.constantFrom({}, { zone: 'a' }),
        hosts: fc.constantFrom(['h1'], ['h1', 'h2']),
      },
      { requiredKeys: [] },
    ),
    warmProbe: fc.record({ enabled: fc.boolean(), request: fc.constantFrom('chat' as const, 'embedding' as const) }),
    stopGrace: fc.constantFrom('0s', '10s', '1m'),
  },
  { requiredKeys: [] },
)

test('a spec written back as a document is the same spec again', (t) => {
  fc.assert(
    fc.property(documents, (document) => {
      const spec = specOf(document as unknown as Partial<DeploymentDocument>)
      const again = parseSpec(stringify(documentOf(spec)), 'again.yaml')
      t.true(again.ok, again.ok ? '' : formatProblems(again.problems))
      if (again.ok) t.deepEqual(again.value, spec)
    }),
  )
})

test('scaling, queueing and update rules do not make other replicas, an image does', (t) => {
  t.true(sameReplicas(specOf(), specOf({ replicas: 5, queue: { max: 3 }, update: { maxSurge: 2 } })))
  t.false(sameReplicas(specOf(), specOf({ image: 'other' })))
})

for (const preset of ['llamacpp', 'tensorrt-llm']) {
  test(`a gang of ${preset}, which runs on one host, is refused`, (t) => {
    const text = `name: a\nmodel: { name: a, path: /models/a }\nengine: { preset: ${preset} }\nresources: { gpus: 2 }\nparallelism: { hosts: 2 }\n`
    const parsed = parseSpec(text, 'a.yaml')
    if (parsed.ok) return t.fail()
    t.regex(
      parsed.problems.map(({ path, message }) => `${path}: ${message}`).join(),
      /parallelism\.hosts: .* set hosts to 1, or use vllm or sglang/,
    )
  })
}
