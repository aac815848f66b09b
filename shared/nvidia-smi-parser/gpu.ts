/**
 * A GPU as nvidia-smi describes it. A field that the driver does not have, cannot read or marks as not available is absent,
 * never zero. Units are in the names.
 */
export interface Gpu {
  /** Position in the output. It is nvidia-smi's own index unless the query was narrowed with -i (and can change at a boot). */
  readonly index: number
  readonly uuid?: string
  /** The device file number, /dev/nvidiaN. */
  readonly minorNumber?: number
  readonly name?: string
  readonly brand?: string
  readonly architecture?: string
  /** Identifies the board for its maker; keep it out of what leaves the site. */
  readonly serial?: string
  readonly vbiosVersion?: string
  readonly gspFirmwareVersion?: string
  readonly pci: Pci
  readonly memory?: Memory
  readonly bar1?: Memory
  readonly utilization?: Utilization
  readonly encoder?: EncoderSessions
  readonly temperature?: Temperature
  readonly power?: Power
  readonly clocks?: Clocks
  readonly maxClocks?: Clocks
  readonly applicationClocks?: Clocks
  readonly fanPercent?: number
  /** P0 (fastest) to P15. */
  readonly performanceState?: string
  readonly throttle?: Throttle
  readonly ecc?: Ecc
  readonly retiredPages?: RetiredPages
  readonly remappedRows?: RemappedRows
  readonly mig?: Mig
  readonly fabric?: Fabric
  /** The driver's words: `None`, `GPU Reset`, `Node Reboot`, `Drain P2P`, `Drain and Reset` (drivers from 570 on). */
  readonly recoveryAction?: string
  readonly resetRequired?: boolean
  readonly drainAndResetRecommended?: boolean
  readonly computeMode?: string
  readonly persistenceMode?: boolean
  readonly displayActive?: boolean
  readonly addressingMode?: string
  readonly virtualizationMode?: string
  /** Absent when processes could not be listed; empty when there are none. */
  readonly processes?: readonly GpuProcess[]
  /** Distinct texts of fields that failed to read: `ERR!`, `Unknown Error`, `GPU is lost`. */
  readonly faults: readonly string[]
}

export interface Pci {
  /** In the kernel's form, `0000:1b:00.0`. */
  readonly busId?: string
  /** Device and vendor in hex, as nvidia-smi prints them: `233510DE`. */
  readonly deviceId?: string
  readonly linkGeneration?: number
  /** What GPU and system can do together. */
  readonly linkGenerationMax?: number
  readonly deviceGenerationMax?: number
  readonly hostGenerationMax?: number
  readonly linkWidth?: number
  readonly linkWidthMax?: number
  readonly replayCount?: number
  readonly replayRollovers?: number
  readonly txKBps?: number
  readonly rxKBps?: number
}

export interface Memory {
  readonly totalMiB?: number
  readonly reservedMiB?: number
  readonly usedMiB?: number
  readonly freeMiB?: number
}

export interface Utilization {
  readonly gpuPercent?: number
  readonly memoryPercent?: number
  readonly encoderPercent?: number
  readonly decoderPercent?: number
  readonly jpegPercent?: number
  readonly opticalFlowPercent?: number
}

export interface EncoderSessions {
  readonly sessions?: number
  readonly averageFps?: number
  readonly averageLatencyUs?: number
}

/** Thresholds come as temperatures or, on newer boards, as margins: degrees left until the limit, negative past it. */
export interface Temperature {
  readonly gpuCelsius?: number
  readonly memoryCelsius?: number
  readonly shutdownCelsius?: number
  readonly slowdownCelsius?: number
  readonly maxOperatingCelsius?: number
  readonly memoryMaxOperatingCelsius?: number
  readonly targetCelsius?: number
  readonly marginCelsius?: number
  readonly shutdownMarginCelsius?: number
  readonly slowdownMarginCelsius?: number
  readonly maxOperatingMarginCelsius?: number
  readonly memoryMaxOperatingMarginCelsius?: number
}

export interface Power {
  /** The one figure of older drivers; with newer ones the average, else the instantaneous draw. */
  readonly drawWatts?: number
  readonly averageDrawWatts?: number
  readonly instantDrawWatts?: number
  /** The limit in force. */
  readonly limitWatts?: number
  readonly requestedLimitWatts?: number
  readonly defaultLimitWatts?: number
  readonly minLimitWatts?: number
  readonly maxLimitWatts?: number
  readonly memoryDrawWatts?: number
  /** Of the whole module on superchips. */
  readonly moduleDrawWatts?: number
  readonly moduleLimitWatts?: number
}

export interface Clocks {
  readonly graphicsMHz?: number
  readonly smMHz?: number
  readonly memoryMHz?: number
  readonly videoMHz?: number
}

export interface Throttle {
  /**
   * Clock event reasons by the driver's own names: `gpu_idle`, `applications_clocks_setting`, `sw_power_cap`, `hw_slowdown`,
   * `hw_thermal_slowdown`, `hw_power_brake_slowdown`, `sync_boost`, `sw_thermal_slowdown`, `display_clocks_setting`, and
   * whatever a later driver adds. A reason that was not readable has no key.
   */
  readonly reasons: Readonly<Record<string, boolean>>
  /** Time spent under a reason since the driver was loaded. */
  readonly durationsUs: Readonly<Record<string, number>>
}

export interface EccCounts {
  readonly corrected?: number
  readonly uncorrected?: number
  readonly sramCorrected?: number
  readonly sramUncorrected?: number
  readonly sramUncorrectedParity?: number
  readonly sramUncorrectedSecded?: number
  readonly dramCorrected?: number
  readonly dramUncorrected?: number
}

export interface Ecc {
  readonly enabled?: boolean
  readonly enabledAfterReboot?: boolean
  /** Since the driver was loaded. */
  readonly volatile?: EccCounts
  /** Over the life of the board. */
  readonly aggregate?: EccCounts
  readonly sramThresholdExceeded?: boolean
  readonly channelRepairPending?: boolean
  readonly tpcRepairPending?: boolean
  readonly unrepairableMemory?: boolean
}

export interface RetiredPages {
  readonly singleBit?: number
  readonly doubleBit?: number
  readonly pending?: boolean
}

export interface RemappedRows {
  readonly corrected?: number
  readonly uncorrected?: number
  /** A reset is needed before the remapping takes effect. */
  readonly pending?: boolean
  readonly failure?: boolean
  /** Banks by how many spare rows they have left. */
  readonly banks?: RemapAvailability
}

export interface RemapAvailability {
  readonly max?: number
  readonly high?: number
  readonly partial?: number
  readonly low?: number
  readonly none?: number
}

export interface Mig {
  readonly enabled?: boolean
  readonly enabledAfterReset?: boolean
  readonly devices: readonly MigDevice[]
}

export interface MigDevice {
  readonly index?: number
  readonly uuid?: string
  readonly gpuInstanceId?: number
  readonly computeInstanceId?: number
  readonly multiprocessors?: number
  readonly memory?: Memory
  readonly bar1?: Memory
  readonly sramUncorrected?: number
}

/** The NVLink fabric's view of the GPU, on NVSwitch systems. */
export interface Fabric {
  readonly state?: string
  readonly status?: string
  readonly cliqueId?: string
  readonly clusterUuid?: string
  readonly health?: string
}

export interface GpuProcess {
  readonly pid: number
  /** `C` compute, `G` graphics, `C+G`, `M+C` (MPS). */
  readonly type?: string
  readonly name?: string
  readonly usedMiB?: number
  readonly gpuInstanceId?: number
  readonly computeInstanceId?: number
}
