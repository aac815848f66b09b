import { z } from 'zod'

export const logSettings = z.strictObject({
  level: z.enum(['error', 'warn', 'info', 'debug']).default('info').describe('What is logged: this and all that is worse.'),
  format: z.enum(['json', 'text']).default('json').describe('json: one object a line; text: for people.'),
})

export const port = (fallback: number) => z.number().int().min(0).max(65_535).default(fallback)
export const milliseconds = (fallback: number, least = 1) => z.number().int().min(least).default(fallback)
