/** The autoscale block of a deployment spec, and what its presets fill in. Pure. */
import { z } from 'zod'
import { parseCron, timeZoneProblem } from '../scale/cron.ts'
import type { PresetName } from './blocks.ts'
import { count, duration, text } from './fields.ts'

export const scalePresets = ['balanced', 'gpu-utilization'] as const
export type ScalePreset = (typeof scalePresets)[number]

const share = () => z.number().gt(0).max(1)

const signals = z.strictObject({
  gpuUtilization: share()
    .optional()
    .describe("Mean utilisation of the replicas' GPUs. A busy engine shows nearly 1, however much more it could do."),
  waiting: z.number().gt(0).max(100_000).optional().describe('Requests that wait, at gateways and in engines, per replica.'),
  kvCache: share().optional().describe("Mean use of the replicas' KV caches."),
  ttft: z
    .strictObject({
      quantile: z.number().min(0.5).max(0.999).prefault(0.95),
      target: duration({ minMs: 10, maxMs: 3_600_000 }).describe('Time to the first token, waiting included.'),
    })
    .transform((t) => ({ quantile: t.quantile, targetMs: t.target }))
    .optional(),
  tokensPerSecond: z.number().gt(0).max(10_000_000).optional().describe('Tokens generated a second, per replica.'),
})
/** What is looked at, each with its target; the largest wish of them wins. */
export type ScaleSignals = z.output<typeof signals>
export type SignalName = keyof ScaleSignals

const cronText = () =>
  text(200).check((context) => {
    const read = parseCron(context.value)
    if (!read.ok) context.issues.push({ code: 'custom', input: context.value, message: read.problem })
  })

const schedule = z.strictObject({
  start: cronText().describe('From when, such as "0 8 * * 1-5".'),
  end: cronText().describe('Until when, such as "0 12 * * 1-5".'),
  timeZone: text(100)
    .check((context) => {
      const message = timeZoneProblem(context.value)
      if (message !== undefined) context.issues.push({ code: 'custom', input: context.value, message })
    })
    .prefault('UTC')
    .describe('Whose clocks, by its name in the IANA database.'),
  min: count(1, 10_000).describe('Replicas at least, between start and end.'),
})

export const autoscale = z
  .strictObject({
    min: count(0, 10_000).prefault(1).describe('Replicas at least; with 0 the last one goes after `idle` without a request.'),
    max: count(1, 10_000).describe('Replicas at most.'),
    preset: z.enum(scalePresets).optional().describe('Signals and steps to begin with; balanced unless signals are given.'),
    signals: signals.prefault({}).describe('What is looked at, each with its target. The largest wish wins.'),
    scaleOut: z
      .strictObject({
        stabilization: duration({ maxMs: 86_400_000 }).prefault('30s').describe('More must be wished for this long.'),
        maxStep: count(1, 10_000).optional().describe('Replicas added at once; 4, or 1 with the preset gpu-utilization.'),
        every: duration({ maxMs: 86_400_000 }).prefault('30s').describe('Time between two steps.'),
      })
      .prefault({}),
    scaleIn: z
      .strictObject({
        stabilization: duration({ maxMs: 86_400_000 }).prefault('15m').describe('No signal may have needed more for this long.'),
        maxStep: count(1, 10_000).prefault(1).describe('Replicas taken away at once.'),
        every: duration({ maxMs: 86_400_000 }).prefault('1m').describe('Time between two steps.'),
      })
      .prefault({}),
    idle: duration({ minMs: 1000, maxMs: 2_592_000_000 })
      .optional()
      .describe('With min 0: time without a request before the last replica goes; 10m.'),
    schedules: z.array(schedule).max(50).prefault([]).describe('Times at which there are more at least.'),
  })
  .check((context) => {
    const { min, max, idle, schedules } = context.value
    const refuse = (path: (string | number)[], message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path, message })
    if (min > max) refuse(['min'], `min is ${min}, above max, which is ${max}; lower min or raise max`)
    if (idle !== undefined && min > 0)
      refuse(['idle'], `idle is for deployments that may go to 0 replicas, and min is ${min}; set min: 0 or remove idle`)
    for (const [index, { start, end, min: least }] of schedules.entries()) {
      if (least > max) refuse(['schedules', index, 'min'], `the schedule wants ${least} replicas, above max, which is ${max}`)
      else if (least <= min)
        refuse(
          ['schedules', index, 'min'],
          `the schedule wants ${least} replicas, and min is ${min} at any time; raise the one or lower the other`,
        )
      if (start === end) refuse(['schedules', index, 'end'], 'start and end are the same, so the schedule never holds')
    }
  })

type WrittenAutoscale = z.output<typeof autoscale>

/** Engines whose KV cache Hostler can see; docs/metrics.md. llama.cpp told it until build 6000. */
const tellsKvCache: Readonly<Record<PresetName, boolean>> = {
  vllm: true,
  sglang: true,
  llamacpp: false,
  'tensorrt-llm': false,
  custom: false,
}

const presetSignals = (preset: ScalePreset, engine: PresetName): ScaleSignals =>
  preset === 'gpu-utilization' ? { gpuUtilization: 0.85 } : { waiting: 4, ...(tellsKvCache[engine] ? { kvCache: 0.8 } : {}) }

/** The block with nothing left open. */
export const autoscaleOf = (written: WrittenAutoscale, engine: PresetName) => {
  const { min, max, schedules, scaleOut, scaleIn } = written
  const given = Object.keys(written.signals).length > 0
  const preset = written.preset ?? (given ? undefined : 'balanced')
  return {
    min,
    max,
    ...(preset === undefined ? {} : { preset }),
    signals: preset === undefined ? written.signals : { ...presetSignals(preset, engine), ...written.signals },
    scaleOut: {
      stabilizationMs: scaleOut.stabilization,
      maxStep: scaleOut.maxStep ?? (preset === 'gpu-utilization' ? 1 : 4),
      everyMs: scaleOut.every,
    },
    scaleIn: { stabilizationMs: scaleIn.stabilization, maxStep: scaleIn.maxStep, everyMs: scaleIn.every },
    idleMs: written.idle ?? 600_000,
    schedules,
  }
}

/** Everything that the autoscaler goes by. */
export type Autoscale = ReturnType<typeof autoscaleOf>

/** How many replicas a deployment begins with. One that may sleep shows first that it can run. */
export const firstReplicas = (replicas: number | undefined, written: { readonly min: number } | undefined): number =>
  replicas ?? Math.max(1, written?.min ?? 1)
