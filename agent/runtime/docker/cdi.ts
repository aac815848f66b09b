import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

const kind = 'nvidia.com/gpu'

const devicesOf = (text: string): readonly string[] => {
  const spec: unknown = parse(text)
  if (typeof spec !== 'object' || spec === null || !('kind' in spec) || spec.kind !== kind) return []
  if (!('devices' in spec) || !Array.isArray(spec.devices)) return []
  return spec.devices.flatMap((device: unknown) =>
    typeof device === 'object' && device !== null && 'name' in device ? [`${kind}=${String(device.name)}`] : [],
  )
}

/** NVIDIA devices that the Container Device Interface describes on this host (`nvidia.com/gpu=UUID`). Unreadable files count as none. */
export const readCdiDevices = async (directories: readonly string[]): Promise<readonly string[]> => {
  const found = new Set<string>()
  for (const directory of directories) {
    const files = await readdir(directory).catch(() => [])
    for (const file of files.filter((name) => /\.(json|ya?ml)$/.test(name))) {
      try {
        for (const device of devicesOf(await readFile(join(directory, file), 'utf8'))) found.add(device)
      } catch {
        // A broken file of another vendor must not hide the rest.
      }
    }
  }
  return [...found].toSorted()
}
