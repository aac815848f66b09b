import test from 'ava'
import { gpuModels, hostColumns } from '../../controller/cli/view/hosts.ts'
import type { GpuInfo } from '../../shared/fleet/inventory.ts'
import { joinAgent } from '../support/agent.ts'
import { startTestController } from '../support/controller.ts'

const gpu = (index: number): GpuInfo => ({
  uuid: `GPU-${index}`,
  index,
  model: index < 2 ? 'NVIDIA H200' : 'NVIDIA L40S',
  memoryMiB: 143_771,
  pciBusId: `00000000:0${index}:00.0`,
})

test('a brief listing shows of every host what the whole one shows, and carries no inventory', async (t) => {
  await using fleet = await startTestController()
  await using _one = await joinAgent(fleet, { name: 'gpu-1', gpus: [0, 1, 2].map(gpu) })
  await using _other = await joinAgent(fleet, { name: 'gpu-2' })
  const [whole, brief] = await Promise.all([fleet.control.fleet(['hosts']), fleet.control.fleet(['hosts'], { brief: true })])
  t.deepEqual(
    brief.hosts.map(({ inventory, usage }) => [inventory, usage]),
    [
      [undefined, undefined],
      [undefined, undefined],
    ],
  )
  for (const { header, cell, restless } of hostColumns()) {
    if (!restless) t.deepEqual(brief.hosts.map(cell), whole.hosts.map(cell), header)
  }
  t.deepEqual(brief.hosts.map(gpuModels), ['2x NVIDIA H200, 1x NVIDIA L40S', ''])
})
