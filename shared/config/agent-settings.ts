import { z } from 'zod'
import { thresholds } from '../diagnosis/thresholds.ts'
import { logSettings, metricsListener, milliseconds } from './common-settings.ts'

/** Every setting of the agent, with its default. */
export const agentSettings = z.strictObject({
  dataDir: z.string().min(1).default('/var/lib/hostler/agent').describe('Key, certificate, the last host spec, state of exec replicas.'),
  name: z.string().default('').describe('Name of this host in the fleet. Empty: its host name.'),
  address: z
    .string()
    .default('')
    .describe('Address on which replicas listen and gateways reach them. Empty: the one that routes to the controller.'),
  labels: z
    .record(z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/, 'expected a label name such as pool'), z.string().max(63))
    .default({})
    .describe('Labels of this host, which placement.labels of a deployment asks for. In the environment as YAML: {pool: large}.'),
  engine: z
    .strictObject({
      socket: z.string().default('').describe('Docker or Podman socket. Empty: DOCKER_HOST, then the usual places.'),
      exec: z.boolean().default(true).describe('Allow replicas with runtime: exec, which run programs of this host.'),
    })
    .prefault({}),
  nvidiaSmi: z
    .strictObject({
      path: z.string().default('nvidia-smi').describe('The program; a name is looked up in PATH.'),
      timeoutMs: milliseconds(10_000, 100).describe('nvidia-smi is given up after this long.'),
      intervalMs: milliseconds(5_000, 500).describe('How often GPUs are looked at.'),
      healthIntervalMs: milliseconds(300_000, 10_000).describe(
        'How often the dear figures of GPUs are read: ECC of their life, row remapping, replays, NVLink, MIG.',
      ),
    })
    .prefault({}),
  ports: z
    .strictObject({
      from: z
        .number()
        .int()
        .min(1)
        .max(65_535)
        .default(20_000)
        .describe('First port that replicas listen on, unless their spec names one.'),
      to: z.number().int().min(1).max(65_535).default(29_999).describe('Last such port.'),
    })
    .prefault({}),
  modelDir: z.string().default('/var/lib/hostler/models').describe('Where model files usually are; its filesystem is reported.'),
  inventoryIntervalMs: milliseconds(300_000, 1_000).describe('How often hardware, file systems and network cards are looked at.'),
  adjustHoldMs: milliseconds(600_000, 1_000).describe(
    'How long a replica must be ready with what was changed after an OOM (onOOM: adjust) until that counts as holding.',
  ),
  diagnosis: z
    .strictObject({
      schedule: z
        .string()
        .default('23 * * * *')
        .describe('When this host looks at itself, as a cron expression in local time. Empty: only when asked, and when something breaks.'),
      jitterMs: milliseconds(600_000, 0).describe(
        'Each scheduled diagnosis starts up to this much later, so that hosts do not start together.',
      ),
      thresholds: thresholds.prefault({}),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      intervalMs: milliseconds(5_000, 500).describe('How often the host, containers and engines are looked at.'),
      listen: metricsListener(7410).prefault({}),
    })
    .prefault({}),
  log: logSettings.prefault({}),
})

export type AgentSettings = z.output<typeof agentSettings>
