/**
 * The deployment spec. Users write the input side (YAML; `5m`, `40Gi`); everything else reads the output side, where every default
 * is filled in and names carry units. document.ts turns the output back into what a user would write.
 */
import { z } from 'zod'
import { routings } from '../../../shared/fleet/membership.ts'
import { autoscale, autoscaleOf, firstReplicas } from './autoscale.ts'
import * as block from './blocks.ts'
import { contradictions } from './contradictions.ts'
import { count, dnsLabel, duration, environment, text } from './fields.ts'
import { sizesOf } from './sizes.ts'

const written = z.strictObject({
  kind: z.literal('Deployment').optional().describe('May be left out.'),
  name: dnsLabel().describe('Name of the deployment, unique in the fleet.'),
  model: block.model,
  engine: block.engine,
  image: text(500).optional().describe("Container image; the preset's unless said otherwise."),
  runtime: z.enum(['docker', 'exec']).prefault('docker').describe('A container, or a program installed on the host.'),
  replicas: count(0, 10_000).optional().describe('1 unless given. With autoscale only the number to begin with.'),
  autoscale: autoscale.optional().describe('Lets the number of replicas follow the load.'),
  resources: block.resources.prefault({}),
  parallelism: block.parallelism.prefault({}),
  env: environment(),
  update: block.update.prefault({}),
  rateLimit: block.rateLimit.optional().describe('Requests, for all clients of this deployment together.'),
  routing: z
    .enum(routings)
    .prefault('leastOutstanding')
    .describe(
      'Each request to where there is least to do, or those of one conversation to one replica, as long as that has little more than its share.',
    ),
  limits: block.limits.prefault({}),
  queue: block.queue.prefault({}),
  maxConcurrent: count(0, 1_000_000).prefault(0).describe('Requests in flight per replica; 0 for no cap.'),
  placement: block.placement.prefault({}),
  priority: block.priority.prefault(0),
  preemption: z
    .enum(['lower', 'never'])
    .prefault('lower')
    .describe('Whether a replica without a place may take that of replicas of lower priority.'),
  memlock: z.enum(['auto', 'require', 'off']).prefault('auto').describe('Unlimited locked memory: where possible, always, or never.'),
  pull: z.enum(['missing', 'always', 'never']).prefault('missing'),
  health: block.health.prefault({}),
  warmProbe: block.warmProbe.prefault({}),
  loadTimeout: duration({ minMs: 1000 }).prefault('20m').describe('From the start of the engine until it is healthy.'),
  stopGrace: duration().prefault('30s').describe('Between SIGTERM and SIGKILL.'),
  onPartition: z.enum(['keep', 'stop']).prefault('keep').describe('What a host does when it loses the controller.'),
  onOOM: z
    .enum(['report', 'adjust'])
    .prefault('report')
    .describe('After a diagnosed CUDA OOM: only say so, or let the agent take one concrete step, such as fewer concurrent sequences.'),
  port: count(0, 65_535).prefault(0).describe('Fixed port of the engine; 0 lets the host choose.'),
})

export type WrittenSpec = z.output<typeof written>

/** Input: what a user writes, already parsed from YAML or JSON. Output: the normalised spec. */
export const deploymentSchema = written
  .check((context) => {
    for (const { path, message } of contradictions(context.value)) {
      context.issues.push({ code: 'custom', input: context.value, path: [...path], message })
    }
  })
  .transform(({ kind: _, loadTimeout, stopGrace, image, replicas, autoscale: written, ...spec }) => ({
    ...spec,
    replicas: firstReplicas(replicas, written),
    ...(written === undefined ? {} : { autoscale: autoscaleOf(written, spec.engine.preset) }),
    image: image ?? '',
    ...sizesOf(spec),
    loadTimeoutMs: loadTimeout,
    stopGraceMs: stopGrace,
  }))

/** What a user may write. */
export type DeploymentDocument = z.input<typeof deploymentSchema>

/** The normalised spec: every default filled in. An empty image means that of the preset. */
export type DeploymentSpec = z.output<typeof deploymentSchema>
