import { z } from 'zod'
import { deploymentSchema } from '../spec/schema.ts'
import { resourceSchemas } from './kinds.ts'

/** What editors check and complete in a file for `hostler apply`. Names of profiles are beyond it. */
export const fleetJsonSchema = (): Record<string, unknown> => ({
  title: 'Hostler documents',
  ...z.toJSONSchema(z.union([deploymentSchema, ...Object.values(resourceSchemas)]), { io: 'input' }),
})
