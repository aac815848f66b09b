/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
import type { KernelEvents } from './kernel.ts'

export const gpuChecks = [
  'gpu.count',
  'gpu.driver',
  'gpu.xid',
  'gpu.recovery-action',
  'gpu.memory-health',
  'gpu.throttling',
  'gpu.pcie',
  'gpu.nvlink',
  'gpu.foreign-holders',
  'gpu.container-access',
  'gpu.persistence',
] as const

/** One GPU; `bus` is empty where it is not known. */
interface Which {
  readonly uuid: string
  readonly bus: string
}

/** An interface has no index signature, which parameters need. */
type Of<T> = { readonly [K in keyof T]: T[K] }

export type GpuFindings = {
  /** The PCI bus shows it, the driver does not. */
  readonly 'gpu.missing': { readonly bus: string; readonly onBus: number; readonly inDriver: number }
  /** Replicas are to run on it, or it was there before; neither the driver nor the bus shows it. */
  readonly 'gpu.gone': { readonly uuid: string; readonly replicas: string[] }
  readonly 'gpu.unreadable': { readonly bus: string; readonly faults: string[] }
  readonly 'gpu.driver-wedged': { readonly detail: string; readonly stuck: string[] }
  readonly 'gpu.driver-mismatch': { readonly kernel: string; readonly tools: string }
  readonly 'gpu.driver-unreachable': { readonly detail: string; readonly loaded: boolean }
  readonly 'gpu.figures-old': { readonly detail: string }
  /** kind, action: of catalogue/xid.ts; empty for a code that is not in it. processes: that it named. */
  readonly 'gpu.xid': Of<
    Which & {
      readonly code: number
      readonly kind: string
      readonly action: string
      readonly times: number
      readonly processes: string[]
      readonly recurring: boolean
    }
  >
  readonly 'gpu.sxid': {
    readonly bus: string
    readonly code: number
    readonly fatal: boolean
    readonly times: number
    readonly links: number[]
  }
  /** action: in the driver's words. */
  readonly 'gpu.recovery-action': Of<Which & { readonly action: string }>
  readonly 'gpu.row-remap-pending': Of<Which>
  readonly 'gpu.row-remap-failed': Of<Which>
  readonly 'gpu.pages-pending': Of<Which>
  readonly 'gpu.pages-many': Of<Which & { readonly pages: number }>
  /** Since the driver was loaded. */
  readonly 'gpu.uncorrected-errors': Of<Which & { readonly sram: number; readonly dram: number; readonly thresholdExceeded: boolean }>
  readonly 'gpu.repair-pending': Of<Which & { readonly parts: string[] }>
  readonly 'gpu.memory-unrepairable': Of<Which>
  readonly 'gpu.ecc-off': Of<Which>
  /** reason: thermal, power-brake or hardware. minutes: of the last ten in which it was slowed; -1 where no past is kept. */
  readonly 'gpu.throttled': Of<Which & { readonly reason: string; readonly minutes: number; readonly celsius: number }>
  readonly 'gpu.pcie-degraded': Of<
    Which & { readonly width: number; readonly widthMax: number; readonly generation: number; readonly generationMax: number }
  >
  readonly 'gpu.pcie-replays': Of<Which & { readonly perMinute: number }>
  readonly 'gpu.nvlink-down': Of<Which & { readonly links: number[]; readonly active: number }>
  readonly 'gpu.nvlink-errors': Of<Which & { readonly link: number; readonly perSecond: number }>
  /** replica: that is to run on the GPU; empty when none is. container: empty when the process is in none. */
  readonly 'gpu.foreign-holder': Of<
    Which & {
      readonly pid: number
      readonly process: string
      readonly container: string
      readonly usedMiB: number
      readonly replica: string
    }
  >
  readonly 'gpu.lost-in-container': { readonly replica: string; readonly container: string; readonly evidence: string }
  readonly 'gpu.persistence-off': { readonly gpus: number }
}

export type GpuCauses = {
  readonly 'gpu.idle': { readonly uuid: string }
  readonly 'gpu.driver-answers': { readonly version: string }
}

export type GpuEvents = KernelEvents & {
  /** It was there, and the driver or the PCI bus shows it no more. */
  readonly 'gpu.lost': { readonly uuid: string; readonly bus: string }
}
