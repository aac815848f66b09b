/**
 * Where a field of `nvidia-smi --query-gpu` stands in the XML, so that one reader serves both. Aliases of older drivers stand
 * beside the names of newer ones.
 */
const link = 'pci/pci_gpu_link_info/'
const power = 'gpu_power_readings/'

const fixed: Readonly<Record<string, string>> = {
  name: 'product_name',
  gpu_name: 'product_name',
  uuid: 'uuid',
  gpu_uuid: 'uuid',
  serial: 'serial',
  gpu_serial: 'serial',
  vbios_version: 'vbios_version',
  'pci.bus_id': 'pci/pci_bus_id',
  gpu_bus_id: 'pci/pci_bus_id',
  'pci.device_id': 'pci/pci_device_id',
  'pcie.link.gen.current': `${link}pcie_gen/current_link_gen`,
  'pcie.link.gen.gpucurrent': `${link}pcie_gen/device_current_link_gen`,
  'pcie.link.gen.max': `${link}pcie_gen/max_link_gen`,
  'pcie.link.gen.gpumax': `${link}pcie_gen/max_device_link_gen`,
  'pcie.link.gen.hostmax': `${link}pcie_gen/max_host_link_gen`,
  'pcie.link.width.current': `${link}link_widths/current_link_width`,
  'pcie.link.width.max': `${link}link_widths/max_link_width`,
  persistence_mode: 'persistence_mode',
  display_active: 'display_active',
  addressing_mode: 'addressing_mode',
  compute_mode: 'compute_mode',
  pstate: 'performance_state',
  'fan.speed': 'fan_speed',
  'memory.total': 'fb_memory_usage/total',
  'memory.reserved': 'fb_memory_usage/reserved',
  'memory.used': 'fb_memory_usage/used',
  'memory.free': 'fb_memory_usage/free',
  'utilization.gpu': 'utilization/gpu_util',
  'utilization.memory': 'utilization/memory_util',
  'utilization.encoder': 'utilization/encoder_util',
  'utilization.decoder': 'utilization/decoder_util',
  'utilization.jpeg': 'utilization/jpeg_util',
  'utilization.ofa': 'utilization/ofa_util',
  'encoder.stats.sessionCount': 'encoder_stats/session_count',
  'encoder.stats.averageFps': 'encoder_stats/average_fps',
  'encoder.stats.averageLatency': 'encoder_stats/average_latency',
  'temperature.gpu': 'temperature/gpu_temp',
  'temperature.gpu.tlimit': 'temperature/gpu_temp_tlimit',
  'temperature.memory': 'temperature/memory_temp',
  'power.draw': `${power}power_draw`,
  'power.draw.average': `${power}average_power_draw`,
  'power.draw.instant': `${power}instant_power_draw`,
  'power.limit': `${power}power_limit`,
  'enforced.power.limit': `${power}enforced_power_limit`,
  'power.default_limit': `${power}default_power_limit`,
  'power.min_limit': `${power}min_power_limit`,
  'power.max_limit': `${power}max_power_limit`,
  'module.power.draw': 'module_power_readings/power_draw',
  'ecc.mode.current': 'ecc_mode/current_ecc',
  'ecc.mode.pending': 'ecc_mode/pending_ecc',
  'retired_pages.single_bit_ecc.count': 'retired_pages/multiple_single_bit_retirement/retired_count',
  'retired_pages.sbe': 'retired_pages/multiple_single_bit_retirement/retired_count',
  'retired_pages.double_bit.count': 'retired_pages/double_bit_retirement/retired_count',
  'retired_pages.dbe': 'retired_pages/double_bit_retirement/retired_count',
  'retired_pages.pending': 'retired_pages/pending_retirement',
  'remapped_rows.correctable': 'remapped_rows/remapped_row_corr',
  'remapped_rows.uncorrectable': 'remapped_rows/remapped_row_unc',
  'remapped_rows.pending': 'remapped_rows/remapped_row_pending',
  'remapped_rows.failure': 'remapped_rows/remapped_row_failure',
  'mig.mode.current': 'mig_mode/current_mig',
  'mig.mode.pending': 'mig_mode/pending_mig',
  'fabric.state': 'fabric/state',
  'fabric.status': 'fabric/status',
  gpu_recovery_action: 'gpu_recovery_action',
  'reset_status.reset_required': 'gpu_reset_status/reset_required',
  'reset_status.drain_and_reset_recommended': 'gpu_reset_status/drain_and_reset_recommended',
}

const clocks: Readonly<Record<string, string>> = {
  graphics: 'graphics_clock',
  gr: 'graphics_clock',
  sm: 'sm_clock',
  memory: 'mem_clock',
  mem: 'mem_clock',
  video: 'video_clock',
}

const eccUnits: Readonly<Record<string, readonly [corrected: string, uncorrected: string]>> = {
  total: ['single_bit/total', 'double_bit/total'],
  sram: ['sram_correctable', 'sram_uncorrectable'],
  dram: ['dram_correctable', 'dram_uncorrectable'],
  device_memory: ['single_bit/device_memory', 'double_bit/device_memory'],
  'sram.parity': ['', 'sram_uncorrectable_parity'],
  'sram.secded': ['', 'sram_uncorrectable_secded'],
}

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined)

/** The XML path of a queried field; undefined for one that this package does not read. */
export const pathOf = (field: string): string | undefined => {
  const direct = own(fixed, field)
  if (direct !== undefined) return direct

  const clock = /^clocks\.(current\.|max\.|applications\.)?(\w+)$/.exec(field)
  if (clock) {
    const leaf = own(clocks, clock[2] ?? '')
    const group = clock[1] === 'max.' ? 'max_clocks' : clock[1] === 'applications.' ? 'applications_clocks' : 'clocks'
    return leaf === undefined ? undefined : `${group}/${leaf}`
  }
  const reason = /^clocks_(?:event|throttle)_reasons\.(\w+)$/.exec(field)
  if (reason) {
    if (reason[1] === 'supported') return undefined
    return reason[1] === 'active' ? 'clocks_event_reasons/active' : `clocks_event_reasons/clocks_event_reason_${reason[1]}`
  }
  const counter = /^clocks_event_reasons_counters\.(\w+)$/.exec(field)
  if (counter) return `clocks_event_reasons_counters/clocks_event_reasons_counters_${counter[1]}`

  const ecc = /^ecc\.errors\.(un)?corrected\.(volatile|aggregate)\.([\w.]+)$/.exec(field)
  if (ecc) {
    const leaf = own(eccUnits, ecc[3] ?? '')?.[ecc[1] === undefined ? 0 : 1]
    return leaf === undefined || leaf === '' ? undefined : `ecc_errors/${ecc[2]}/${leaf}`
  }
  return undefined
}
