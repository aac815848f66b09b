import { chmodSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { GpuSampler } from '../../../../agent/observe/gpu-sampler.ts'
import { gpuCollector } from '../../../../agent/observe/metrics/gpu.ts'
import { GpuHealth } from '../../../../agent/observe/metrics/gpu-health.ts'
import { NvidiaSmi } from '../../../../agent/observe/nvidia-smi.ts'
import { systemClock } from '../../../../shared/clock/clock.ts'
import { SeriesTable } from '../../../../shared/metrics/series-table.ts'
import { eventually } from '../../../lab/wait.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { fakeGpus } from '../fake-gpus.ts'

const captures = join(import.meta.dirname, '../../../../shared/nvidia-smi-parser/test/fixtures')

/** A program that answers with given texts; the fake for what the fake of the lab does not know. */
const program = async (t: ExecutionContext, script: string, files: Readonly<Record<string, string>> = {}): Promise<string> => {
  const directory = await scratchDirectory()
  t.teardown(() => directory[Symbol.asyncDispose]())
  const path = join(directory.path, 'nvidia-smi')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory.path, name), text)
  writeFileSync(path, `#!/bin/bash\nhere=\${0%/*}\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

const healthOf = async (t: ExecutionContext, path: string) => {
  const nvidiaSmi = new NvidiaSmi({ program: path, environment: process.env })
  t.teardown(() => nvidiaSmi[Symbol.asyncDispose]())
  const health = new GpuHealth(nvidiaSmi, 300_000)
  const table = new SeriesTable()
  table.fill(await health.collect(new AbortController().signal))
  return { health, nvidiaSmi, figures: new Map(table.series().map(({ name, labels, value }) => [`${name}/${labels.join('/')}`, value])) }
}

test('the health of a captured H200 is told, and a report made for somebody else serves as well', async (t) => {
  const report = await readFile(join(captures, 'h200-580.159.04-load.xml'), 'utf8')
  const path = await program(t, 'echo >>"$here/runs"\n[[ $1 == -q ]] && cat "$here/report.xml"\nexit 0', { 'report.xml': report })
  const { figures, health, nvidiaSmi } = await healthOf(t, path)
  const [info] = [...figures.keys()].filter((key) => key.startsWith('hostler_gpu_info/'))
  t.regex(info ?? '', /^hostler_gpu_info\/0\/GPU-[^/]+\/NVIDIA H200\/0000:[0-9a-f:.]+\/580\.159\.04$/)
  const of = (name: string) => [...figures].find(([key]) => key.startsWith(`${name}/`))?.[1]
  t.is(of('hostler_gpu_pcie_replays_total'), 0)
  t.is(of('hostler_gpu_row_remap_failure'), 0)
  t.is(of('hostler_gpu_pcie_link_width_max'), 16)
  t.is(of('hostler_gpu_mig_devices'), 0)
  t.is(of('hostler_gpu_nvlink_up'), undefined)
  t.is([...figures.keys()].filter((key) => key.startsWith('hostler_gpu_ecc_errors_total/')).length, 2)
  const runs = async () => (await readFile(join(path, '../runs'), 'utf8')).length
  const before = await runs()
  await health.collect(new AbortController().signal)
  t.is(await runs(), before + 1, 'the NVLinks alone are asked for again')
  await nvidiaSmi.report()
  t.is(await runs(), before + 2)
})

test('MIG instances have their memory, which the GPU itself does not tell', async (t) => {
  const device = (index: number, uuid: string) =>
    `<mig_device><index>${index}</index><gpu_instance_id>${index + 1}</gpu_instance_id><compute_instance_id>0</compute_instance_id>${uuid}<fb_memory_usage><total>20096 MiB</total><used>${index + 1}024 MiB</used></fb_memory_usage></mig_device>`
  const report = `<?xml version="1.0" ?><nvidia_smi_log><driver_version>550.54</driver_version><gpu id="00000000:01:00.0"><product_name>NVIDIA A100</product_name><uuid>GPU-a</uuid>
<mig_mode><current_mig>Enabled</current_mig></mig_mode><mig_devices>${device(0, '')}${device(1, '<uuid>MIG-b</uuid>')}</mig_devices>
<utilization><gpu_util>N/A</gpu_util></utilization></gpu></nvidia_smi_log>`
  const path = await program(t, '[[ $1 == -q ]] && cat "$here/report.xml"\nexit 0', { 'report.xml': report })
  const { figures } = await healthOf(t, path)
  t.is(figures.get('hostler_gpu_mig_devices/0/GPU-a'), 2)
  t.is(figures.get('hostler_gpu_mig_memory_used_bytes/0/GPU-a/1/0'), 1024 * 1024 * 1024)
  t.is(figures.get('hostler_gpu_mig_memory_total_bytes/0/GPU-a/MIG-b'), 20096 * 1024 * 1024)
})

test('NVLinks are told with their errors', async (t) => {
  const fake = fakeGpus(t, { gpus: 2, nvlinks: 3 })
  const { figures } = await healthOf(t, fake.program)
  t.is([...figures.keys()].filter((key) => key.startsWith('hostler_gpu_nvlink_up/')).length, 6)
  t.is(figures.get(`hostler_gpu_nvlink_errors_total/1/${fake.uuid(1)}/2/crc`), 0)
})

test('a driver that does not know some fields is asked for the others, and for the older name of one', async (t) => {
  const path = await program(
    t,
    `for word; do [[ $word == --query-gpu=* ]] && fields=\${word#*=}; done
echo "$fields" >>"$here/asked"
for field in \${fields//,/ }; do
  case $field in
    gpu_recovery_action | clocks_event_reasons.active | memory.reserved) printf 'Field "%s" is not a valid field to query.\\n\\n' "$field"; exit 2 ;;
  esac
done
while :; do
  line=
  for field in \${fields//,/ }; do
    case $field in index) value=0 ;; uuid) value=GPU-a ;; clocks_throttle_reasons.active) value=0x0000000000000008 ;; *) value=7 ;; esac
    line+=", $value"
  done
  echo "\${line#, }"
  sleep 0.1
done`,
  )
  const sampler = new GpuSampler({ program: path, environment: process.env, intervalMs: 100, deadlineMs: 5_000 })
  t.teardown(() => sampler[Symbol.asyncDispose]())
  await eventually(() => sampler.current().sample !== undefined, { deadlineMs: 30_000, what: 'a sample' })
  const asked = (await readFile(join(path, '../asked'), 'utf8')).trim().split('\n')
  t.is(asked.length, 4, 'one field is given up at a time, without a pause that grows')
  t.true(asked.at(-1)?.includes('clocks_throttle_reasons.active'))
  t.false(/memory\.reserved|gpu_recovery_action|clocks_event/.test(asked.at(-1) ?? ''))
  const table = new SeriesTable()
  const collector = gpuCollector({
    sampler,
    clock: systemClock,
    usage: { keepFresh: () => {}, processesOf: () => undefined },
    deploymentOf: () => '',
    healthMs: () => undefined,
  })
  table.fill(await collector.collect(new AbortController().signal))
  const figures = new Map(table.series().map(({ name, labels, value }) => [`${name}/${labels.join('/')}`, value]))
  t.is(figures.get('hostler_gpu_throttled/0/GPU-a/hw_slowdown'), 1)
  t.is(figures.get('hostler_gpu_power_watts/0/GPU-a'), 7)
  t.is(figures.get('hostler_gpu_sample_problem/'), 0)
  t.false([...figures.keys()].some((key) => key.startsWith('hostler_gpu_memory_reserved_bytes')))
})
