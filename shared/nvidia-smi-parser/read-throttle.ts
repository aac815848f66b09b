import type { Throttle } from './gpu.ts'
import { mask, quantity, state } from './values.ts'
import { child, type Element, textAt } from './xml.ts'

// Bits of NVML's clocks event reasons, as `--query-gpu=clocks_event_reasons.active` prints them.
const bits: readonly (readonly [bigint, string])[] = [
  [0x1n, 'gpu_idle'],
  [0x2n, 'applications_clocks_setting'],
  [0x4n, 'sw_power_cap'],
  [0x8n, 'hw_slowdown'],
  [0x10n, 'sync_boost'],
  [0x20n, 'sw_thermal_slowdown'],
  [0x40n, 'hw_thermal_slowdown'],
  [0x80n, 'hw_power_brake_slowdown'],
  [0x100n, 'display_clocks_setting'],
]

const reasonPrefix = /^clocks_(?:event|throttle)_reason_/
const counterPrefix = /^clocks_event_reasons_counters_/

/** Clock event reasons; drivers before 535 call them throttle reasons. */
export const readThrottle = (gpu: Element): Throttle | undefined => {
  const reasons = child(gpu, 'clocks_event_reasons') ?? child(gpu, 'clocks_throttle_reasons')
  const named = (reasons?.children ?? []).flatMap((element) => {
    const active = state(element.text)
    return reasonPrefix.test(element.name) && active !== undefined ? [[element.name.replace(reasonPrefix, ''), active] as const] : []
  })
  const active = mask(textAt(reasons, 'active'))
  const masked = active === undefined ? [] : bits.map(([bit, name]) => [name, (active & bit) !== 0n] as const)
  const durations = (child(gpu, 'clocks_event_reasons_counters')?.children ?? []).flatMap((element) => {
    const us = quantity(element.text, 'microseconds')
    return counterPrefix.test(element.name) && us !== undefined ? [[durationName(element.name), us] as const] : []
  })
  if (named.length + masked.length + durations.length === 0) return undefined
  return { reasons: Object.fromEntries([...masked, ...named]), durationsUs: Object.fromEntries(durations) }
}

/** The counters shorten two names; give them the names of their reasons. */
const durationName = (element: string): string =>
  element
    .replace(counterPrefix, '')
    .replace(/_therm_slowdown$/, '_thermal_slowdown')
    .replace(/_power_brake$/, '_power_brake_slowdown')
