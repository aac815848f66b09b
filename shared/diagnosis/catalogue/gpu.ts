/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
import type { KernelEvents } from './kernel.ts'

export const gpuChecks = [] as const

export type GpuFindings = Record<never, never>
export type GpuCauses = Record<never, never>
export type GpuEvents = KernelEvents & {
  /** It was there, and the driver or the PCI bus shows it no more. */
  readonly 'gpu.lost': { readonly uuid: string; readonly bus: string }
}
