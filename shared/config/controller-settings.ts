import { z } from 'zod'
import { thresholds } from '../diagnosis/thresholds.ts'
import { logSettings, metricsListener, milliseconds, port } from './common-settings.ts'

/** Every setting of the controller, with its default. */
export const controllerSettings = z.strictObject({
  dataDir: z.string().min(1).default('/var/lib/hostler/controller').describe('State, CA and admin credentials.'),
  listen: z
    .strictObject({
      host: z.string().default('0.0.0.0').describe('Address of both gRPC ports.'),
      port: port(7400).describe('Mutual TLS, for agents, gateways and people.'),
      enrolPort: port(7401).describe('TLS, for joining with a token.'),
      healthHost: z.string().default('127.0.0.1').describe('Address of the health port.'),
      healthPort: port(7402).describe('GET /healthz and /readyz, the only thing without authentication.'),
    })
    .prefault({}),
  advertise: z
    .string()
    .default('')
    .describe("Host name or address that other machines reach this one by. Empty: the machine's first address."),
  lease: z
    .strictObject({
      durationMs: milliseconds(10_000, 1_000).describe('A host that says nothing for this long is silent: no new traffic goes to it.'),
      heartbeatMs: milliseconds(2_000, 100).describe('How often agents say something at the least; well below the lease.'),
      graceMs: milliseconds(30_000, 0).describe('Silence beyond the lease before replacements start elsewhere.'),
    })
    .prefault({}),
  maintenance: z
    .strictObject({
      schedule: z.string().default('17 3 * * *').describe('When to back up and prune, as a cron expression in local time.'),
      keepEvents: z.number().int().min(100).default(50_000).describe('Older events are removed.'),
      keepBackups: z.number().int().min(0).default(7).describe('Older backups are removed. 0: none is made.'),
    })
    .prefault({}),
  metrics: z.strictObject({ listen: metricsListener(7403).prefault({}) }).prefault({}),
  diagnosis: z
    .strictObject({
      hostDeadlineMs: milliseconds(180_000, 1_000).describe('How long one host may take to look at itself.'),
      parallel: z.number().int().min(1).max(256).default(16).describe('How many hosts are looked at at the same time.'),
      mesh: z
        .strictObject({
          schedule: z
            .string()
            .default('')
            .describe('When the network between all hosts is measured, as a cron expression in local time. Empty: only when asked.'),
          jitterMs: milliseconds(600_000, 0).describe('A scheduled measurement starts up to this much later.'),
          rateMbps: z.number().int().min(0).default(0).describe('Cap of each measurement. 0: nine tenths of the slower card.'),
          loadMs: milliseconds(3_000, 500).describe('How long each direction of each pair is loaded.'),
          quarantineMs: milliseconds(3_600_000, 0).describe('How long a host or pair that was found bad is kept out of new work.'),
          thresholds: thresholds.pick({ bandwidthPercentOfLink: true, packetLossPercent: true }).prefault({}),
        })
        .prefault({}),
    })
    .prefault({}),
  reports: z
    .strictObject({
      keep: z.number().int().min(1).default(500).describe('Older fault reports are removed.'),
      keepMiB: z.number().int().min(1).default(256).describe('What all fault reports together may take; the oldest are removed first.'),
      keepDays: z.number().int().min(1).default(90).describe('Maintenance removes fault reports that are older.'),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      intervalMs: milliseconds(5_000, 500).describe('How often alert rules are looked at.'),
      secretsDir: z.string().default('').describe('Secrets of alert receivers, one a file. Empty: secrets/ below dataDir.'),
      giveUpMs: milliseconds(86_400_000, 60_000).describe('How long a notice is tried to be sent.'),
      keepResolved: z.number().int().min(0).default(5_000).describe('Older alerts that are over are removed.'),
      keepNotices: z.number().int().min(0).default(5_000).describe('Older notices that were sent are removed.'),
    })
    .prefault({}),
  log: logSettings.prefault({}),
})

export type ControllerSettings = z.output<typeof controllerSettings>
