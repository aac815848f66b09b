import test from 'ava'
import type { Gpu } from '../index.ts'
import { parseReport } from '../index.ts'
import { fixture, report } from './fixtures.ts'

const only = (output: string): Gpu => {
  const result = parseReport(output)
  if (!result.ok) throw new Error(result.failure.message)
  const gpu = result.value.gpus[0]
  if (!gpu) throw new Error('no GPU was read')
  return gpu
}

test('An H200 under load reads as what the capture says', (t) => {
  const result = parseReport(fixture('h200-580.159.04-load.xml'))
  if (!result.ok) return t.fail(result.failure.message)
  t.is(result.value.driverVersion, '580.159.04')
  t.is(result.value.cudaVersion, '13.0')
  t.is(result.value.attachedGpus, 1)
  t.is(result.value.gpus.length, 1)
  t.is(result.value.failure, undefined)
  const gpu = only(fixture('h200-580.159.04-load.xml'))
  t.is(gpu.uuid, 'GPU-00000000-0000-4000-8000-0000000000a2')
  t.is(gpu.name, 'NVIDIA H200')
  t.is(gpu.minorNumber, 0)
  t.like(gpu.pci, { busId: '0000:00:06.0', linkGeneration: 5, linkGenerationMax: 5, linkWidth: 16, linkWidthMax: 16, replayCount: 0 })
  t.deepEqual(gpu.memory, { totalMiB: 143771, reservedMiB: 616, usedMiB: 783, freeMiB: 142374 })
  t.deepEqual(gpu.bar1, { totalMiB: 262144, usedMiB: 784, freeMiB: 261360 })
  t.is(gpu.utilization?.gpuPercent, 100)
  t.like(gpu.power, { drawWatts: 442.34, averageDrawWatts: 442.34, instantDrawWatts: 441.92, limitWatts: 700, minLimitWatts: 200 })
  t.is(gpu.power?.moduleDrawWatts, undefined)
  t.like(gpu.temperature, { gpuCelsius: 51, memoryCelsius: 44, marginCelsius: 36, shutdownMarginCelsius: -8 })
  t.is(gpu.clocks?.smMHz, 1980)
  t.is(gpu.throttle?.reasons.gpu_idle, false)
  t.deepEqual(Object.keys(gpu.throttle?.durationsUs ?? {}).sort(), [
    'hw_power_brake_slowdown',
    'hw_thermal_slowdown',
    'sw_power_cap',
    'sw_thermal_slowdown',
    'sync_boost',
  ])
  t.like(gpu.ecc, { enabled: true, sramThresholdExceeded: false, unrepairableMemory: false })
  t.is(gpu.ecc?.volatile?.uncorrected, 0)
  t.deepEqual(gpu.remappedRows, {
    corrected: 0,
    uncorrected: 0,
    pending: false,
    failure: false,
    banks: { max: 3072, high: 0, partial: 0, low: 0, none: 0 },
  })
  t.deepEqual(gpu.mig, { enabled: false, enabledAfterReset: false, devices: [] })
  t.is(gpu.recoveryAction, 'None')
  t.deepEqual(gpu.processes, [{ pid: 454, type: 'C', name: '/tmp/bad', usedMiB: 774 }])
  t.deepEqual(gpu.faults, [])
})

test('What the driver marks as not available is an absent key, not zero and not an undefined value', (t) => {
  const gpu = only(fixture('h200-580.159.04-idle.xml'))
  for (const key of ['fanPercent', 'retiredPages', 'fabric', 'resetRequired'] as const) t.false(key in gpu, key)
  t.false('hostGenerationMax' in gpu.pci)
  t.false('moduleDrawWatts' in (gpu.power ?? {}))
  t.deepEqual(gpu.processes, [])
})

const absent = [
  'N/A',
  '[N/A]',
  '[Not Supported]',
  'Not Supported',
  '[Insufficient Permissions]',
  'Insufficient Permissions',
  'Requested functionality has been deprecated',
  '[Unknown Error]',
  'Unknown Error',
  'ERR!',
  'GPU is lost',
  '-',
  '',
  'a lot',
]

for (const marker of absent) {
  test(`A field that reads "${marker}" is absent`, (t) => {
    const gpu = only(
      report(`<uuid>${marker === 'a lot' || marker === '-' ? 'N/A' : marker}</uuid><fan_speed>${marker}</fan_speed>
      <fb_memory_usage><total>${marker}</total><used>${marker}</used></fb_memory_usage>
      <utilization><gpu_util>${marker}</gpu_util></utilization><temperature><gpu_temp>${marker}</gpu_temp></temperature>
      <power_readings><power_draw>${marker}</power_draw></power_readings>
      <ecc_errors><volatile><single_bit><total>${marker}</total></single_bit></volatile></ecc_errors>
      <remapped_rows>${marker}</remapped_rows><mig_mode><current_mig>${marker}</current_mig></mig_mode>`),
    )
    for (const key of ['uuid', 'fanPercent', 'memory', 'utilization', 'temperature', 'power', 'ecc', 'remappedRows', 'mig'] as const) {
      t.false(key in gpu, key)
    }
  })
}

test('Fields that failed to read are named once each', (t) => {
  const gpu = only(
    report('<fan_speed>ERR!</fan_speed><utilization><gpu_util>[Unknown Error]</gpu_util></utilization><minor_number>ERR!</minor_number>'),
  )
  t.deepEqual(gpu.faults, ['ERR!', 'Unknown Error'])
})

test('A process whose name looks like a fault or a tag is only a process', (t) => {
  const gpu = only(
    report(
      '<processes><process_info><pid>7</pid><process_name>sh -c a<b && c</process_name></process_info><process_info><pid>8</pid><process_name>ERR!</process_name></process_info></processes>',
    ),
  )
  t.deepEqual(
    gpu.processes?.map(({ pid, name }) => [pid, name]),
    [
      [7, 'sh -c a<b && c'],
      [8, undefined],
    ],
  )
  t.deepEqual(gpu.faults, [])
})

test('Processes that may not be listed are absent, not none', (t) => {
  t.is(only(report('<processes>N/A</processes>')).processes, undefined)
  t.is(only(report('<uuid>GPU-1</uuid>')).processes, undefined)
  t.deepEqual(only(report('<processes></processes>')).processes, [])
  t.deepEqual(only(report('<processes>None</processes>')).processes, [])
})

test('Power of the module is not taken for the power of the GPU', (t) => {
  const gpu = only(
    report(`<module_power_readings><average_power_draw>900.00 W</average_power_draw></module_power_readings>
    <gpu_power_readings><power_draw>N/A</power_draw><instant_power_draw>300.5 W</instant_power_draw></gpu_power_readings>`),
  )
  t.is(gpu.power?.drawWatts, 300.5)
  t.is(gpu.power?.moduleDrawWatts, 900)
})

test('Other units are converted, and unknown ones are absent', (t) => {
  const gpu = only(
    report(`<fb_memory_usage><total>80 GiB</total><used>2048 KiB</used><free>3 pages</free></fb_memory_usage>
    <power_readings><power_draw>250500 mW</power_draw></power_readings><clocks><sm_clock>1.98 GHz</sm_clock></clocks>
    <pci><tx_util>2 MB/s</tx_util></pci><temperature><gpu_temp>300 K</gpu_temp></temperature>`),
  )
  t.deepEqual(gpu.memory, { totalMiB: 81920, usedMiB: 2 })
  t.is(gpu.power?.drawWatts, 250.5)
  t.is(gpu.clocks?.smMHz, 1980)
  t.is(gpu.pci.txKBps, 2000)
  t.is(gpu.temperature, undefined)
})

test('Single- and double-bit ECC counts of older boards give the same totals as SRAM and DRAM counts', (t) => {
  const old = only(
    report(`<ecc_errors><volatile><single_bit><device_memory>2</device_memory><total>3</total></single_bit>
    <double_bit><device_memory>1</device_memory><total>1</total></double_bit></volatile></ecc_errors>`),
  )
  t.deepEqual(old.ecc?.volatile, { corrected: 3, uncorrected: 1, dramCorrected: 2, dramUncorrected: 1 })
  const recent = only(
    report(`<ecc_errors><aggregate><sram_correctable>2</sram_correctable><sram_uncorrectable_parity>4</sram_uncorrectable_parity>
    <sram_uncorrectable_secded>1</sram_uncorrectable_secded><dram_uncorrectable>N/A</dram_uncorrectable></aggregate></ecc_errors>`),
  )
  t.deepEqual(recent.ecc?.aggregate, {
    corrected: 2,
    uncorrected: 5,
    sramCorrected: 2,
    sramUncorrected: 5,
    sramUncorrectedParity: 4,
    sramUncorrectedSecded: 1,
  })
})

test('A counter at the driver\'s "no value" is absent', (t) => {
  t.is(only(report('<pci><replay_counter>18446744073709551615</replay_counter></pci>')).pci.replayCount, undefined)
})

test('MIG devices keep their own memory while the utilisation of the GPU is absent', (t) => {
  const gpu = only(
    report(`<mig_mode><current_mig>Enabled</current_mig><pending_mig>Enabled</pending_mig></mig_mode>
    <mig_devices><mig_device><index>0</index><gpu_instance_id>1</gpu_instance_id><compute_instance_id>0</compute_instance_id>
      <device_attributes><shared><multiprocessor_count>60</multiprocessor_count></shared></device_attributes>
      <ecc_error_count><volatile_count><sram_uncorrectable>0</sram_uncorrectable></volatile_count></ecc_error_count>
      <fb_memory_usage><total>40448 MiB</total><used>298 MiB</used></fb_memory_usage></mig_device>
      <mig_device><index>1</index><gpu_instance_id>2</gpu_instance_id><compute_instance_id>0</compute_instance_id></mig_device></mig_devices>
    <utilization><gpu_util>N/A</gpu_util></utilization>
    <processes><process_info><gpu_instance_id>1</gpu_instance_id><compute_instance_id>0</compute_instance_id><pid>9</pid></process_info></processes>`),
  )
  t.is(gpu.utilization, undefined)
  t.deepEqual(gpu.mig, {
    enabled: true,
    enabledAfterReset: true,
    devices: [
      {
        index: 0,
        gpuInstanceId: 1,
        computeInstanceId: 0,
        multiprocessors: 60,
        sramUncorrected: 0,
        memory: { totalMiB: 40448, usedMiB: 298 },
      },
      { index: 1, gpuInstanceId: 2, computeInstanceId: 0 },
    ],
  })
  t.deepEqual(gpu.processes, [{ pid: 9, gpuInstanceId: 1, computeInstanceId: 0 }])
})

test('A throttle reason that a later driver adds is kept under its own name', (t) => {
  const gpu = only(
    report(
      '<clocks_event_reasons><clocks_event_reason_moon_phase>Active</clocks_event_reason_moon_phase><clocks_event_reason_gpu_idle>N/A</clocks_event_reason_gpu_idle></clocks_event_reasons>',
    ),
  )
  t.deepEqual(gpu.throttle?.reasons, { moon_phase: true })
})

test('Several GPUs keep their order, and the bus id falls back to the element', (t) => {
  const result = parseReport(report('<uuid>GPU-a</uuid>', '<uuid>GPU-b</uuid>'))
  if (!result.ok) return t.fail(result.failure.message)
  t.deepEqual(
    result.value.gpus.map((gpu) => [gpu.index, gpu.uuid, gpu.pci.busId]),
    [
      [0, 'GPU-a', '0000:01:00.0'],
      [1, 'GPU-b', '0000:02:00.0'],
    ],
  )
})

test('A lost GPU beside healthy ones is reported with them', (t) => {
  const lost = 'Unable to determine the device handle for GPU 0000:0B:00.0: GPU is lost.  Reboot the system to recover this GPU'
  for (const output of [`${lost}\n${report('<uuid>GPU-a</uuid>')}`, `${report('<uuid>GPU-a</uuid>')}\n${lost}`]) {
    const result = parseReport(output)
    if (!result.ok) return t.fail(result.failure.message)
    t.is(result.value.gpus.length, 1)
    t.like(result.value.failure, { kind: 'gpu-lost', pciBusId: '0000:0b:00.0' })
  }
})

test('A report cut off anywhere is a failure and never a shorter report', (t) => {
  const whole = report('<uuid>GPU-a</uuid>', '<uuid>GPU-b</uuid>')
  for (let end = 0; end < whole.length - 1; end += 1) {
    const result = parseReport(whole.slice(0, end))
    if (result.ok) t.fail(`cut at ${end} it read as ${result.value.gpus.length} GPUs`)
    else t.true(result.failure.kind === 'truncated' || end < 60, `${end}: ${result.failure.kind}`)
  }
})

test('Crossed tags, endless nesting and other text are unreadable, with a message that shows what was seen', (t) => {
  for (const output of [
    '<nvidia_smi_log><gpu></nvidia_smi_log></gpu>',
    `<nvidia_smi_log>${'<a>'.repeat(1000)}`,
    '<nvidia_smi_log><gpu><3></gpu></nvidia_smi_log>',
    '<html><body>502</body></html>',
    'moo',
  ]) {
    const result = parseReport(output)
    t.true(!result.ok && result.failure.kind === 'unreadable' && result.failure.message.length > 3, output.slice(0, 60))
  }
})
