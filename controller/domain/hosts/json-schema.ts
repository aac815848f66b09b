import { z } from 'zod'
import { tuningProfileDocument } from '../../../shared/tuning/document.ts'
import { deploymentSchema } from '../spec/schema.ts'
import { hostGroupSchema, hostSchema } from './schema.ts'

/** What editors check and complete in a file for `hostler apply`. Names of profiles are beyond it. */
export const fleetJsonSchema = (): Record<string, unknown> => ({
  title: 'Hostler documents',
  ...z.toJSONSchema(z.union([deploymentSchema, hostSchema, hostGroupSchema, tuningProfileDocument]), { io: 'input' }),
})
