import { z } from 'zod'
import { logSettings } from '../../shared/config/common-settings.ts'
import { gatewaySettings } from '../gateway/config.ts'

/** Every setting of `hostler gateway`, with its default: the data path's, and those of the process around it. */
export const gatewayDaemonSettings = gatewaySettings.extend({
  engine: z
    .enum(['hostler', 'nginx'])
    .default('hostler')
    .describe('What carries the traffic. nginx: an NGINX of its own on this machine, with less than the gateway can: docs/nginx.md.'),
  nginx: z
    .strictObject({
      program: z.string().min(1).default('nginx').describe('The program, with engine nginx; a name is looked up in PATH.'),
      workers: z.number().int().min(0).default(0).describe('Worker processes. 0: one for each processor.'),
      reloadPauseMs: z.number().int().min(0).default(1_000).describe('Between two reloads at the least; the newest membership wins.'),
      accessLog: z
        .string()
        .regex(/^(\/[\w./-]+)?$/, 'expected an absolute path, of letters, digits and . _ -')
        .default('')
        .describe('A file that NGINX writes a line of JSON to for each request. Empty: none.'),
    })
    .prefault({}),
  dataDir: z.string().min(1).default('/var/lib/hostler/gateway').describe('Key, certificate, last known membership.'),
  name: z.string().default('').describe('Name of this gateway in the fleet. Empty: its host name.'),
  advertise: z.string().default('').describe('host:port that clients use, for people. Empty: derived from the listener.'),
  log: logSettings.prefault({}),
})
