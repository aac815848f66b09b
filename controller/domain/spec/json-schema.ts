import { z } from 'zod'
import { deploymentSchema } from './schema.ts'

/** What editors check and complete while a spec is written. Contradictions between fields are beyond it. */
export const deploymentJsonSchema = (): Record<string, unknown> => ({
  title: 'Hostler deployment',
  ...z.toJSONSchema(deploymentSchema, { io: 'input' }),
})
