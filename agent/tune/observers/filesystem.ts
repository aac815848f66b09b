import { readModelFilesystem } from '../../observe/model-filesystem.ts'
import { observed } from '../observed.ts'
import type { Observer } from './observers.ts'

/** The filesystem under the model path. Only ever advice: what is there is never reformatted. */
export const filesystemObserver =
  (modelPath: string): Observer =>
  async (settings) => {
    const { type, resolvedPath, missing } = await readModelFilesystem(modelPath)
    const where = missing ? `${modelPath} does not exist; it would be made on ${type}` : `${resolvedPath} is on ${type}`
    return settings.map((setting) =>
      observed(
        setting,
        [{ device: '', reading: type === 'unknown' ? { state: 'unreadable', why: where } : { state: 'value', value: type } }],
        {
          note:
            type === setting.value
              ? where
              : `${where}; for new disks, make ${setting.value} and mount it there. Hostler never formats or mounts anything`,
        },
      ),
    )
  }
