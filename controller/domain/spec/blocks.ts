/** The blocks of a deployment spec: what users write on one side, names with units on the other. */
import { z } from 'zod'
import { taintEffects } from '../hosts/taints.ts'
import { absolutePath, count, dnsLabel, duration, labelKey, labels, modelName, size, text, urlPath } from './fields.ts'

export const presetNames = ['vllm', 'sglang', 'llamacpp', 'tensorrt-llm', 'custom'] as const
export type PresetName = (typeof presetNames)[number]

export const model = z
  .strictObject({
    name: modelName().describe('What clients put into "model".'),
    path: absolutePath().optional().describe('File or directory on the hosts; mounted read-only. Only a custom engine may go without.'),
    aliases: z.array(modelName()).max(50).prefault([]).describe('Further names that clients may use.'),
  })
  .transform((m) => ({ name: m.name, path: m.path ?? '', aliases: m.aliases }))

export const engine = z
  .strictObject({
    preset: z.enum(presetNames).describe('The engine: its command line, health and metrics paths follow.'),
    command: z.array(text(4096)).min(1).max(64).optional().describe("Replaces the preset's program, and the image's entrypoint."),
    args: z.array(z.string().max(4096)).max(256).prefault([]).describe('Further arguments, after those of the preset.'),
    metricsPath: urlPath().optional().describe("Prometheus metrics of the engine; the preset's unless said otherwise."),
    mountPath: absolutePath().optional().describe('Where the model appears inside the container.'),
    maxModelLen: count(1, 100_000_000).optional().describe('Context length in tokens.'),
    gpuMemoryUtilization: z.number().gt(0).max(1).optional().describe('Share of GPU memory that the engine may take.'),
    maxConcurrentSequences: count(1, 100_000).optional().describe('Sequences that the engine works on at once.'),
    dtype: text(50).optional(),
    quantization: text(50).optional(),
  })
  .transform((e) => ({ ...e, command: e.command ?? [] }))

export const resources = z
  .strictObject({
    gpus: count(0, 1024).optional().describe('Whole GPUs of one replica, over all its hosts.'),
    gpuMemory: size().optional().describe('Least memory of each GPU.'),
    memory: z
      .strictObject({
        request: size().optional().describe('Host memory set aside for the replica on each of its hosts.'),
        limit: size().optional().describe('The kernel kills the engine above this. None unless given.'),
      })
      .prefault({}),
    shm: size().optional().describe('Size of /dev/shm; engines on several GPUs talk through it.'),
  })
  .check((context) => {
    const { request, limit } = context.value.memory
    if (limit === 0) {
      context.issues.push({
        code: 'custom',
        input: limit,
        path: ['memory', 'limit'],
        message: 'a limit of 0 leaves no memory; leave the field out for no limit',
      })
    } else if (request !== undefined && limit !== undefined && request > limit) {
      context.issues.push({
        code: 'custom',
        input: request,
        path: ['memory', 'request'],
        message: 'the request is larger than memory.limit; lower the request or raise the limit',
      })
    }
  })
  .transform((r) => ({
    gpus: r.gpus,
    gpuMemoryMiB: r.gpuMemory ?? 0,
    memoryRequestMiB: r.memory.request ?? 0,
    memoryLimitMiB: r.memory.limit ?? 0,
    shmMiB: r.shm,
  }))

export const parallelism = z.strictObject({
  tensorParallel: count(1, 1024).optional().describe('GPUs that share each layer.'),
  pipelineParallel: count(1, 256).optional().describe('Stages of layers in a row.'),
  hosts: count(1, 256).optional().describe('Hosts that one replica spans.'),
})

export const canary = z
  .strictObject({
    replicas: count(1, 1000).prefault(1).describe('Replicas of the new revision until it is promoted.'),
    traffic: z
      .number()
      .gt(0)
      .lt(100)
      .optional()
      .describe('Per cent of the requests that go to them. Without it they get what any replica gets.'),
    promote: z
      .enum(['manual', 'health'])
      .prefault('manual')
      .describe('manual waits for "hostler rollout promote"; health promotes after a good window.'),
    window: duration({ minMs: 10_000, maxMs: 15 * 60_000 })
      .prefault('5m')
      .describe('Over which it is compared with the stable revision, 10s to 15m.'),
    minRequests: count(1, 1_000_000).prefault(100).describe('Requests of each of the two in the window, below which nothing is said.'),
    maxErrorIncrease: z.number().min(0).max(100).prefault(2).describe('Percentage points of failed requests above the stable revision.'),
    maxTtftRatio: z
      .number()
      .gt(1)
      .max(100)
      .prefault(1.5)
      .describe('P90 of the time to the first token, as a multiple of that of the stable revision.'),
  })
  .transform(({ traffic, window, maxErrorIncrease, ...c }) => ({
    ...c,
    trafficPercent: traffic,
    windowMs: window,
    maxErrorIncreasePercent: maxErrorIncrease,
  }))

export const update = z
  .strictObject({
    strategy: z.enum(['auto', 'surge']).prefault('auto').describe('auto swaps in place when no GPU is free; surge waits.'),
    maxSurge: count(0, 1000).prefault(1).describe('Replicas above the wanted number during a rollout.'),
    maxUnavailable: count(0, 1000).prefault(0).describe('Replicas below the wanted number during a rollout.'),
    progressDeadline: duration({ minMs: 1000 }).prefault('30m').describe('A rollout without progress for this long has failed.'),
    drainTimeout: duration().prefault('5m').describe('Longest wait for requests in flight before a replica is stopped.'),
    automaticRollback: z.boolean().prefault(true).describe('Back to the last good revision when the new one fails.'),
    canary: canary.optional().describe('A few replicas first, the others once these have proved themselves.'),
  })
  .check((context) => {
    if (context.value.maxSurge === 0 && context.value.maxUnavailable === 0) {
      context.issues.push({
        code: 'custom',
        input: 0,
        path: ['maxUnavailable'],
        message: 'maxSurge and maxUnavailable are both 0, so no replica could ever be replaced; set one of them to 1',
      })
    }
  })
  .transform(({ progressDeadline, drainTimeout, ...u }) => ({ ...u, progressDeadlineMs: progressDeadline, drainTimeoutMs: drainTimeout }))

export const rateLimit = z
  .strictObject({
    requestsPerSecond: z.number().gt(0).max(1_000_000),
    burst: z.number().min(1).max(10_000_000).optional().describe('Requests at once; twice the rate unless given.'),
  })
  .transform((r) => ({ requestsPerSecond: r.requestsPerSecond, burst: r.burst ?? Math.max(1, Math.ceil(r.requestsPerSecond * 2)) }))

export const limits = z.strictObject({
  tokensPerMinute: count(1, 1_000_000_000)
    .optional()
    .describe('LLM tokens of prompts and answers, for all clients of this deployment together; a minute at once.'),
})

export const queue = z
  .strictObject({
    hold: duration().prefault('60s').describe('How long a request may wait for a replica.'),
    max: count(0, 1_000_000).prefault(1000).describe('How many requests may wait.'),
    maxBytes: size().prefault('256Mi').describe('How much memory their bodies may take at each gateway; 0 for no bound of its own.'),
  })
  .transform((q) => ({ holdMs: q.hold, max: q.max, maxBytesMiB: q.maxBytes }))

const toleration = z
  .strictObject({
    key: labelKey().optional().describe('Key of the taint; left out, with operator Exists: every key.'),
    operator: z.enum(['Equal', 'Exists']).prefault('Equal'),
    value: z.string().max(200).optional().describe('Value of the taint, with operator Equal.'),
    effect: z.enum(taintEffects).optional().describe('Left out: every effect.'),
  })
  .check((context) => {
    const { key, operator, value } = context.value
    const issue = (path: string, message: string) => context.issues.push({ code: 'custom', input: context.value, path: [path], message })
    if (operator === 'Exists' && value !== undefined)
      issue('value', 'operator Exists looks at no value; remove value, or set operator: Equal')
    if (operator === 'Equal' && key === undefined)
      issue('operator', 'without a key only operator Exists makes sense; give key, or set operator: Exists')
  })

const antiAffinity = z
  .strictObject({
    deployments: z
      .array(dnsLabel())
      .min(1)
      .max(1000)
      .optional()
      .describe('Not beside replicas of these; the deployment itself unless given.'),
    topologyKey: labelKey().optional().describe('Apart by the value of this host label, such as rack; by host unless given.'),
    mode: z.enum(['required', 'preferred']).prefault('required').describe('required: never. preferred: where it can be.'),
  })
  .transform((term) => ({ ...term, deployments: term.deployments ?? [], topologyKey: term.topologyKey ?? '' }))

export const placement = z.strictObject({
  labels: labels().prefault({}).describe('Labels that a host must carry.'),
  hosts: z.array(text(253)).min(1).max(5000).optional().describe('Only these hosts, by name.'),
  groups: z.array(dnsLabel()).min(1).max(1000).optional().describe('Only hosts that are in one of these groups.'),
  tolerations: z.array(toleration).max(100).prefault([]).describe('Taints of hosts that do not keep replicas away.'),
  antiAffinity: z.array(antiAffinity).max(100).prefault([]).describe('What replicas keep apart from; holds both ways.'),
  gpuModel: text(200).optional().describe('Part of the GPU model that nvidia-smi shows, such as A100.'),
  profile: dnsLabel().optional().describe('Only hosts that are tuned to this profile, such as inference.'),
  spread: z.boolean().prefault(true).describe('Prefer hosts that run fewer replicas of this deployment.'),
})

/** What words for priorities stand for. */
export const priorityClasses = { low: -100, normal: 0, high: 100, critical: 1000 } as const

export const priority = z
  .union([z.int().min(-1_000_000).max(1_000_000), z.enum(['low', 'normal', 'high', 'critical'])])
  .describe('Who comes first where room is short: a whole number, or low (-100), normal (0), high (100), critical (1000).')
  .transform((wanted) => (typeof wanted === 'number' ? wanted : priorityClasses[wanted]))

export const health = z
  .strictObject({
    path: urlPath().optional().describe("The preset's unless said otherwise."),
    interval: duration({ minMs: 100 }).prefault('5s'),
    timeout: duration({ minMs: 10 }).prefault('3s'),
    failures: count(1, 1000).prefault(3).describe('Failures in a row before a ready replica counts as unhealthy.'),
  })
  .transform((h) => ({ path: h.path, intervalMs: h.interval, timeoutMs: h.timeout, failures: h.failures }))

export const warmProbe = z
  .strictObject({
    enabled: z.boolean().prefault(true).describe('Ask one real request of a new replica before clients do.'),
    request: z.enum(['completion', 'chat', 'embedding']).prefault('completion'),
    prompt: text(10_000).prefault('Hello'),
    timeout: duration({ minMs: 100 }).prefault('2m'),
  })
  .transform(({ timeout, ...w }) => ({ ...w, timeoutMs: timeout }))
