import type { Gpu, GpuNvLinkErrors, GpuNvLinks } from 'nvidia-smi-parser'
import type { SetSeries } from '../../../shared/metrics/series-table.ts'
import type { NvidiaSmi } from '../nvidia-smi.ts'
import type { Collector } from './collector.ts'
import { bytes, gpuLabels } from './gpu.ts'

/** What a full report alone tells of a GPU. */
const setHealth = (set: SetSeries, gpu: Gpu, driver: string): void => {
  const id = gpuLabels(gpu)
  set('hostler_gpu_info', [...id, gpu.name ?? '', gpu.pci.busId ?? '', driver], 1)
  set('hostler_gpu_ecc_errors_total', [...id, 'corrected', 'aggregate'], gpu.ecc?.aggregate?.corrected)
  set('hostler_gpu_ecc_errors_total', [...id, 'uncorrected', 'aggregate'], gpu.ecc?.aggregate?.uncorrected)
  set('hostler_gpu_remapped_rows_total', [...id, 'corrected'], gpu.remappedRows?.corrected)
  set('hostler_gpu_remapped_rows_total', [...id, 'uncorrected'], gpu.remappedRows?.uncorrected)
  set('hostler_gpu_row_remap_pending', id, gpu.remappedRows?.pending)
  set('hostler_gpu_row_remap_failure', id, gpu.remappedRows?.failure)
  set('hostler_gpu_retired_pages_total', [...id, 'single_bit'], gpu.retiredPages?.singleBit)
  set('hostler_gpu_retired_pages_total', [...id, 'double_bit'], gpu.retiredPages?.doubleBit)
  set('hostler_gpu_pcie_link_generation_max', id, gpu.pci.linkGenerationMax)
  set('hostler_gpu_pcie_link_width_max', id, gpu.pci.linkWidthMax)
  set('hostler_gpu_pcie_replays_total', id, gpu.pci.replayCount)
  for (const [reason, us] of Object.entries(gpu.throttle?.durationsUs ?? {}))
    set('hostler_gpu_throttled_seconds_total', [...id, reason], us / 1e6)
  set('hostler_gpu_mig_devices', id, gpu.mig?.devices.length ?? 0)
  for (const [position, device] of (gpu.mig?.devices ?? []).entries()) {
    const labels = [...id, device.uuid ?? `${device.gpuInstanceId ?? '?'}/${device.computeInstanceId ?? position}`]
    set('hostler_gpu_mig_memory_used_bytes', labels, bytes(device.memory?.usedMiB))
    set('hostler_gpu_mig_memory_total_bytes', labels, bytes(device.memory?.totalMiB))
  }
}

const setLinks = (set: SetSeries, links: readonly GpuNvLinks[], errors: readonly GpuNvLinkErrors[]): void => {
  for (const gpu of links)
    for (const { link, active } of gpu.links) set('hostler_gpu_nvlink_up', [String(gpu.index), gpu.uuid, String(link)], active)
  for (const gpu of errors)
    for (const { link, counts } of gpu.links)
      for (const [kind, count] of Object.entries(counts))
        set('hostler_gpu_nvlink_errors_total', [String(gpu.index), gpu.uuid, String(link), kind], count)
}

/** Figures that cost 50 to 100 ms of CPU a GPU, read seldom. A report that the inventory asked for serves as well. */
export class GpuHealth implements Collector {
  readonly name = 'gpu-health'
  readonly everyMs: number
  readonly #nvidiaSmi: NvidiaSmi
  #atMonotonicMs: number | undefined

  constructor(nvidiaSmi: NvidiaSmi, everyMs: number) {
    this.#nvidiaSmi = nvidiaSmi
    this.everyMs = everyMs
  }

  /** When the figures were asked for; undefined before the first. */
  get atMonotonicMs(): number | undefined {
    return this.#atMonotonicMs
  }

  async collect(signal: AbortSignal) {
    const report = await this.#nvidiaSmi.recentReport(this.everyMs, signal)
    if (report.state === 'absent') return () => {}
    if (report.state === 'failed') throw new Error(report.detail)
    const links = await this.#nvidiaSmi.nvLinks(signal)
    const errors = links.state === 'ok' && links.value.length > 0 ? await this.#nvidiaSmi.nvLinkErrors(signal) : undefined
    this.#atMonotonicMs = report.atMonotonicMs
    return (set: SetSeries) => {
      for (const gpu of report.value.gpus) setHealth(set, gpu, report.value.driverVersion ?? '')
      if (links.state === 'ok') setLinks(set, links.value, errors?.state === 'ok' ? errors.value : [])
    }
  }
}
