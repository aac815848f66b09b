import type { KernelEvents } from '../../../../shared/diagnosis/catalogue/kernel.ts'
import type { LinePattern } from '../pattern.ts'

/** An event that one kernel line tells of, before it is known which GPU or replica it is about. */
export type KernelEvent = {
  readonly [Code in keyof KernelEvents]: { readonly code: Code; readonly subject: string; readonly params: KernelEvents[Code] }
}[keyof KernelEvents]

export type KernelFact =
  | { readonly kind: 'event'; readonly event: KernelEvent }
  /** The driver names the GPU of a bus before its Xid. */
  | { readonly kind: 'gpu'; readonly bus: string; readonly uuid: string }
  /** It identifies a board and says nothing else. */
  | { readonly kind: 'identity' }
  /** Follows an oom-kill, with the figures of the process. */
  | { readonly kind: 'victim'; readonly pid: number; readonly process: string; readonly scope: string; readonly anonMiB: number }

export type KernelPattern = LinePattern<KernelFact>

/** Makes the reader of a pattern that becomes one event. */
export const event = (found: KernelEvent): KernelFact => ({ kind: 'event', event: found })

/** In the kernel's own form with the function, 0000:05:00.0; Xid lines leave the function out. */
export const busOf = (text: string | undefined): string => {
  const bus = (text ?? '').toLowerCase()
  const full = /\.[0-9a-f]$/.test(bus) ? bus : `${bus}.0`
  // The driver sometimes prints the domain with eight digits.
  return /^0000[0-9a-f]{4}:/.test(full) ? full.slice(4) : full
}
