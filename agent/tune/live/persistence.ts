import type { GpuReport } from '../../observe/nvidia-smi.ts'
import { type PersistenceModeOptions, setPersistenceMode } from '../../observe/persistence-mode.ts'
import type { LiveAccess, Reading } from './live.ts'

/** NVIDIA's persistence mode, of all GPUs of the host at once. */
export const persistenceAccess = (report: () => Promise<GpuReport>, options: PersistenceModeOptions): LiveAccess => ({
  devices: async () => [''],
  read: async () => readingOf(await report()),
  write: (_key, _device, value) => setPersistenceMode(value === 'on', options),
})

const readingOf = (answer: GpuReport): Reading => {
  if (answer.state === 'absent') return { state: 'absent', why: answer.detail }
  if (answer.state === 'failed') return { state: 'unreadable', why: `nvidia-smi: ${answer.detail}` }
  const modes = answer.value.gpus.flatMap(({ persistenceMode }) => (persistenceMode === undefined ? [] : [persistenceMode]))
  if (modes.length === 0) return { state: 'absent', why: 'no GPU of this host shows a persistence mode' }
  return { state: 'value', value: modes.every((on) => on) ? 'on' : 'off' }
}
