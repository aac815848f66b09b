import type { Clocks, EncoderSessions, Fabric, Gpu, GpuProcess, Memory, Mig, MigDevice, Pci, Temperature, Utilization } from './gpu.ts'
import { pciBusId } from './pci.ts'
import { present, section } from './present.ts'
import { readEcc, readRemappedRows, readRetiredPages } from './read-memory-health.ts'
import { readPower } from './read-power.ts'
import { readThrottle } from './read-throttle.ts'
import { count, quantity, readFault, state, words } from './values.ts'
import { child, type Element, textAt } from './xml.ts'

/**
 * A GPU from a `<gpu>` element. Fields are found by their path, never by the DTD version: the layout changes within one.
 */
export const readGpu = (gpu: Element, index: number): Gpu =>
  present<Gpu>({
    index,
    uuid: words(textAt(gpu, 'uuid')),
    minorNumber: count(textAt(gpu, 'minor_number')),
    name: words(textAt(gpu, 'product_name')),
    brand: words(textAt(gpu, 'product_brand')),
    architecture: words(textAt(gpu, 'product_architecture')),
    serial: words(textAt(gpu, 'serial')),
    vbiosVersion: words(textAt(gpu, 'vbios_version')),
    gspFirmwareVersion: words(textAt(gpu, 'gsp_firmware_version')),
    pci: readPci(gpu),
    memory: readMemory(child(gpu, 'fb_memory_usage')),
    bar1: readMemory(child(gpu, 'bar1_memory_usage')),
    utilization: readUtilization(child(gpu, 'utilization')),
    encoder: readEncoder(child(gpu, 'encoder_stats')),
    temperature: readTemperature(child(gpu, 'temperature')),
    power: readPower(gpu),
    clocks: readClocks(child(gpu, 'clocks')),
    maxClocks: readClocks(child(gpu, 'max_clocks')),
    applicationClocks: readClocks(child(gpu, 'applications_clocks')),
    fanPercent: quantity(textAt(gpu, 'fan_speed'), 'percent'),
    performanceState: /^P\d{1,2}$/.exec(textAt(gpu, 'performance_state') ?? '')?.[0],
    throttle: readThrottle(gpu),
    ecc: readEcc(gpu),
    retiredPages: readRetiredPages(child(gpu, 'retired_pages')),
    remappedRows: readRemappedRows(child(gpu, 'remapped_rows')),
    mig: readMig(gpu),
    fabric: readFabric(child(gpu, 'fabric')),
    recoveryAction: words(textAt(gpu, 'gpu_recovery_action')),
    resetRequired: state(textAt(gpu, 'gpu_reset_status', 'reset_required')),
    drainAndResetRecommended: state(textAt(gpu, 'gpu_reset_status', 'drain_and_reset_recommended')),
    computeMode: words(textAt(gpu, 'compute_mode')),
    persistenceMode: state(textAt(gpu, 'persistence_mode')),
    displayActive: state(textAt(gpu, 'display_active')),
    addressingMode: words(textAt(gpu, 'addressing_mode')),
    virtualizationMode: words(textAt(gpu, 'gpu_virtualization_mode', 'virtualization_mode')),
    processes: readProcesses(child(gpu, 'processes')),
    faults: faultsOf(gpu),
  })

const readPci = (gpu: Element): Pci => {
  const pci = child(gpu, 'pci')
  const link = child(pci, 'pci_gpu_link_info')
  const generation = child(link, 'pcie_gen')
  const width = child(link, 'link_widths')
  return present<Pci>({
    busId: pciBusId(textAt(pci, 'pci_bus_id')) ?? pciBusId(gpu.id),
    deviceId: words(textAt(pci, 'pci_device_id')),
    linkGeneration: count(textAt(generation, 'current_link_gen')) ?? count(textAt(generation, 'device_current_link_gen')),
    linkGenerationMax: count(textAt(generation, 'max_link_gen')),
    deviceGenerationMax: count(textAt(generation, 'max_device_link_gen')),
    hostGenerationMax: count(textAt(generation, 'max_host_link_gen')),
    linkWidth: quantity(textAt(width, 'current_link_width'), 'lanes'),
    linkWidthMax: quantity(textAt(width, 'max_link_width'), 'lanes'),
    replayCount: count(textAt(pci, 'replay_counter')),
    replayRollovers: count(textAt(pci, 'replay_rollover_counter')),
    txKBps: quantity(textAt(pci, 'tx_util'), 'kilobytesPerSecond'),
    rxKBps: quantity(textAt(pci, 'rx_util'), 'kilobytesPerSecond'),
  })
}

const readMemory = (element: Element | undefined): Memory | undefined =>
  section<Memory>({
    totalMiB: quantity(textAt(element, 'total'), 'memoryMiB'),
    reservedMiB: quantity(textAt(element, 'reserved'), 'memoryMiB'),
    usedMiB: quantity(textAt(element, 'used'), 'memoryMiB'),
    freeMiB: quantity(textAt(element, 'free'), 'memoryMiB'),
  })

const readUtilization = (element: Element | undefined): Utilization | undefined =>
  section<Utilization>({
    gpuPercent: quantity(textAt(element, 'gpu_util'), 'percent'),
    memoryPercent: quantity(textAt(element, 'memory_util'), 'percent'),
    encoderPercent: quantity(textAt(element, 'encoder_util'), 'percent'),
    decoderPercent: quantity(textAt(element, 'decoder_util'), 'percent'),
    jpegPercent: quantity(textAt(element, 'jpeg_util'), 'percent'),
    opticalFlowPercent: quantity(textAt(element, 'ofa_util'), 'percent'),
  })

const readEncoder = (element: Element | undefined): EncoderSessions | undefined =>
  section<EncoderSessions>({
    sessions: count(textAt(element, 'session_count')),
    averageFps: count(textAt(element, 'average_fps')),
    averageLatencyUs: quantity(textAt(element, 'average_latency'), 'microseconds'),
  })

const readTemperature = (element: Element | undefined): Temperature | undefined => {
  const celsius = (name: string) => quantity(textAt(element, name), 'celsius')
  return section<Temperature>({
    gpuCelsius: celsius('gpu_temp'),
    memoryCelsius: celsius('memory_temp'),
    shutdownCelsius: celsius('gpu_temp_max_threshold'),
    slowdownCelsius: celsius('gpu_temp_slow_threshold'),
    maxOperatingCelsius: celsius('gpu_temp_max_gpu_threshold'),
    memoryMaxOperatingCelsius: celsius('gpu_temp_max_mem_threshold'),
    targetCelsius: celsius('gpu_target_temperature'),
    marginCelsius: celsius('gpu_temp_tlimit'),
    shutdownMarginCelsius: celsius('gpu_temp_max_tlimit_threshold'),
    slowdownMarginCelsius: celsius('gpu_temp_slow_tlimit_threshold'),
    maxOperatingMarginCelsius: celsius('gpu_temp_max_gpu_tlimit_threshold'),
    memoryMaxOperatingMarginCelsius: celsius('gpu_temp_max_mem_tlimit_threshold'),
  })
}

const readClocks = (element: Element | undefined): Clocks | undefined =>
  section<Clocks>({
    graphicsMHz: quantity(textAt(element, 'graphics_clock'), 'megahertz'),
    smMHz: quantity(textAt(element, 'sm_clock'), 'megahertz'),
    memoryMHz: quantity(textAt(element, 'mem_clock'), 'megahertz'),
    videoMHz: quantity(textAt(element, 'video_clock'), 'megahertz'),
  })

/** Undefined on boards without MIG; there the driver prints N/A for both modes. */
const readMig = (gpu: Element): Mig | undefined => {
  const enabled = state(textAt(gpu, 'mig_mode', 'current_mig'))
  const enabledAfterReset = state(textAt(gpu, 'mig_mode', 'pending_mig'))
  const devices = (child(gpu, 'mig_devices')?.children ?? []).filter((element) => element.name === 'mig_device').map(readMigDevice)
  if (enabled === undefined && enabledAfterReset === undefined && devices.length === 0) return undefined
  return present<Mig>({ enabled, enabledAfterReset, devices })
}

const readMigDevice = (device: Element): MigDevice =>
  present<MigDevice>({
    index: count(textAt(device, 'index')),
    uuid: words(textAt(device, 'uuid')),
    gpuInstanceId: count(textAt(device, 'gpu_instance_id')),
    computeInstanceId: count(textAt(device, 'compute_instance_id')),
    multiprocessors: count(textAt(device, 'device_attributes', 'shared', 'multiprocessor_count')),
    memory: readMemory(child(device, 'fb_memory_usage')),
    bar1: readMemory(child(device, 'bar1_memory_usage')),
    sramUncorrected: count(textAt(device, 'ecc_error_count', 'volatile_count', 'sram_uncorrectable')),
  })

const readFabric = (element: Element | undefined): Fabric | undefined =>
  section<Fabric>({
    state: words(textAt(element, 'state')),
    status: words(textAt(element, 'status')),
    cliqueId: words(textAt(element, 'cliqueId')),
    clusterUuid: words(textAt(element, 'clusterUuid')),
    health: words(textAt(element, 'health', 'summary')),
  })

const readProcesses = (element: Element | undefined): readonly GpuProcess[] | undefined => {
  if (!element) return undefined
  // Text in place of the list says that it could not be read; "None" that it is empty.
  if (element.children.length === 0 && element.text !== '' && element.text !== 'None') return undefined
  return element.children.flatMap((info) => {
    const pid = info.name === 'process_info' ? count(textAt(info, 'pid')) : undefined
    if (pid === undefined) return []
    return present<GpuProcess>({
      pid,
      type: words(textAt(info, 'type')),
      name: words(textAt(info, 'process_name')),
      usedMiB: quantity(textAt(info, 'used_memory'), 'memoryMiB'),
      gpuInstanceId: count(textAt(info, 'gpu_instance_id')),
      computeInstanceId: count(textAt(info, 'compute_instance_id')),
    })
  })
}

const faultsOf = (gpu: Element): readonly string[] => {
  const found = new Set<string>()
  const queue: Element[] = [gpu]
  for (let element = queue.pop(); element; element = queue.pop()) {
    // A process is named by its user: it says nothing about the GPU.
    if (element.name === 'processes') continue
    const fault = readFault(element.text)
    if (fault !== undefined) found.add(fault)
    queue.push(...element.children)
  }
  return [...found].sort()
}
