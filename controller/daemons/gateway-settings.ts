import { z } from 'zod'
import { logSettings } from '../../shared/config/common-settings.ts'
import { gatewaySettings } from '../gateway/config.ts'

/** Every setting of `hostler gateway`, with its default: the data path's, and those of the process around it. */
export const gatewayDaemonSettings = gatewaySettings.extend({
  dataDir: z.string().min(1).default('/var/lib/hostler/gateway').describe('Key, certificate, last known membership.'),
  name: z.string().default('').describe('Name of this gateway in the fleet. Empty: its host name.'),
  advertise: z.string().default('').describe('host:port that clients use, for people. Empty: derived from the listener.'),
  log: logSettings.prefault({}),
})
