import test from 'ava'
import { parseReport } from 'nvidia-smi-parser'
import { gpuInventory } from '../../../agent/observe/gpu-inventory.ts'

const inventoryOf = (output: string) => {
  const result = parseReport(output)
  if (!result.ok) throw new Error(result.failure.message)
  return gpuInventory(
    { state: 'ok', gpus: result.value.gpus, report: result.value, atMonotonicMs: 0 },
    undefined,
    new Map([['0000:01:00.0', 1]]),
  )
}

test('A GPU that cannot be read is left out and named with what it shows', (t) => {
  const inventory = inventoryOf(`<nvidia_smi_log><attached_gpus>3</attached_gpus>
    <gpu id="00000000:01:00.0"><uuid>GPU-a</uuid><product_name>NVIDIA L40S</product_name><fb_memory_usage><total>46068 MiB</total></fb_memory_usage></gpu>
    <gpu id="00000000:02:00.0"><uuid>ERR!</uuid><fb_memory_usage><total>GPU is lost</total></fb_memory_usage></gpu></nvidia_smi_log>`)
  t.deepEqual(inventory.gpus, [{ uuid: 'GPU-a', index: 0, model: 'NVIDIA L40S', memoryMiB: 46068, pciBusId: '0000:01:00.0', numaNode: 1 }])
  t.is(
    inventory.gpuProblem,
    'the driver counts 3 GPUs and describes 2; the GPU at 0000:02:00.0 does not tell its UUID and memory: ERR!, GPU is lost',
  )
})

test('A lost GPU beside healthy ones is a problem that names it', (t) => {
  const inventory = inventoryOf(
    'Unable to determine the device handle for GPU 0000:0B:00.0: Unknown Error\n<nvidia_smi_log><gpu id="00000000:01:00.0"><uuid>GPU-a</uuid><fb_memory_usage><total>1 GiB</total></fb_memory_usage></gpu></nvidia_smi_log>',
  )
  t.is(inventory.gpus.length, 1)
  t.regex(inventory.gpuProblem, /0000:0B:00\.0/)
})
