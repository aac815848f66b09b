import { z } from 'zod'

export const logSettings = z.strictObject({
  level: z.enum(['error', 'warn', 'info', 'debug']).default('info').describe('What is logged: this and all that is worse.'),
  format: z.enum(['json', 'text']).default('json').describe('json: one object a line; text: for people.'),
})

export const port = (fallback: number) => z.number().int().min(0).max(65_535).default(fallback)
export const milliseconds = (fallback: number, least = 1) => z.number().int().min(least).default(fallback)

/** Where Prometheus reads a daemon's metrics. */
export const metricsListener = (fallback: number) =>
  z.strictObject({
    host: z.string().default('127.0.0.1').describe('Address of GET /metrics, which asks for no credentials.'),
    port: port(fallback).describe(
      'Its port; 0: any that is free. A port that is taken is told in the log and costs nothing but the metrics.',
    ),
  })
