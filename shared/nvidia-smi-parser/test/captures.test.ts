import { existsSync, readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
import { parseReport } from '../index.ts'

// Captures that may be read but not kept in this repository stand beside the checkout on some machines.
const beside = new URL('../../../../shared/fixtures/nvidia-smi/', import.meta.url)
const own = new URL('fixtures/', import.meta.url)

const readAll = (folder: URL) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.xml'))
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))

test('Every captured report reads, with the values that any GPU has', (t) => {
  const extra = existsSync(beside) ? readAll(beside) : []
  if (extra.length === 0) t.log('no captures beside the checkout: only those of this package were read')
  for (const { name, text } of [...readAll(own), ...extra]) {
    const result = parseReport(text)
    if (!result.ok) {
      t.fail(`${name}: ${result.failure.message}`)
      continue
    }
    const { driverVersion, attachedGpus, gpus, failure } = result.value
    t.regex(driverVersion ?? '', /^\d{3}\./, name)
    t.is(attachedGpus, gpus.length, name)
    t.is(failure, undefined, name)
    for (const gpu of gpus) {
      t.regex(gpu.uuid ?? '', /^GPU-/, name)
      t.regex(gpu.pci.busId ?? '', /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.0$/, name)
      t.true((gpu.memory?.totalMiB ?? 0) > 1000, name)
      t.true(gpu.memory?.usedMiB !== undefined && gpu.memory.freeMiB !== undefined, name)
      t.true((gpu.temperature?.gpuCelsius ?? 0) > 0, name)
      t.true((gpu.power?.drawWatts ?? 0) > 1 && (gpu.power?.limitWatts ?? 0) >= 70, name)
      t.true((gpu.clocks?.smMHz ?? 0) > 100 && (gpu.maxClocks?.smMHz ?? 0) > 1000, name)
      t.true(gpu.utilization?.gpuPercent !== undefined, name)
      t.is(typeof gpu.throttle?.reasons.hw_slowdown, 'boolean', name)
      t.true((gpu.pci.linkWidth ?? 0) >= 8 && gpu.pci.linkWidthMax === 16, name)
      t.true(gpu.processes !== undefined, name)
      t.deepEqual(gpu.faults, [], name)
    }
  }
})
