import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../../../shared/errors/hostler-error.ts'

/** Memory cgroups for process groups, version 2 or 1, where this user may make them. */

export interface MemoryBounds {
  readonly requestMiB: number
  /** 0: none. */
  readonly limitMiB: number
}

const bytes = (mib: number): string => String(mib * 1024 * 1024)

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const makeV2 = async (root: string, id: string, bounds: MemoryBounds): Promise<string> => {
  const parent = join(root, 'hostler')
  const directory = join(parent, id)
  await mkdir(parent, { recursive: true })
  await writeFile(join(root, 'cgroup.subtree_control'), '+memory')
  await writeFile(join(parent, 'cgroup.subtree_control'), '+memory')
  await mkdir(directory)
  if (bounds.requestMiB > 0) await writeFile(join(directory, 'memory.low'), bytes(bounds.requestMiB))
  if (bounds.limitMiB > 0) {
    await writeFile(join(directory, 'memory.max'), bytes(bounds.limitMiB))
    // Absent where the kernel has no swap accounting.
    await writeFile(join(directory, 'memory.swap.max'), '0').catch(() => {})
    await writeFile(join(directory, 'memory.oom.group'), '1')
  }
  return directory
}

const makeV1 = async (root: string, id: string, bounds: MemoryBounds): Promise<string> => {
  const directory = join(root, 'memory', 'hostler', id)
  await mkdir(directory, { recursive: true })
  if (bounds.requestMiB > 0) await writeFile(join(directory, 'memory.soft_limit_in_bytes'), bytes(bounds.requestMiB))
  if (bounds.limitMiB > 0) {
    await writeFile(join(directory, 'memory.limit_in_bytes'), bytes(bounds.limitMiB))
    await writeFile(join(directory, 'memory.memsw.limit_in_bytes'), bytes(bounds.limitMiB)).catch(() => {})
  }
  return directory
}

/** The directory of a new cgroup with these bounds, or why there is none. */
export const makeCgroup = async (
  root: string,
  id: string,
  bounds: MemoryBounds,
): Promise<{ readonly directory: string } | { readonly problem: string }> => {
  try {
    if (await exists(join(root, 'cgroup.controllers'))) return { directory: await makeV2(root, id, bounds) }
    if (await exists(join(root, 'memory'))) return { directory: await makeV1(root, id, bounds) }
    return { problem: `no memory cgroup is mounted at ${root}` }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}

/** Whether the kernel killed a process of this cgroup for want of memory. */
export const killedForMemory = async (directory: string): Promise<boolean> => {
  if (directory === '') return false
  for (const file of ['memory.events', 'memory.oom_control']) {
    const text = await readFile(join(directory, file), 'utf8').catch(() => '')
    if (Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0) > 0) return true
  }
  return false
}

/** Also removes the parent with the last of its children. A cgroup with dying processes refuses, and is left empty. */
export const removeCgroup = async (directory: string): Promise<void> => {
  if (directory === '') return
  await rmdir(directory).catch(() => {})
  await rmdir(dirname(directory)).catch(() => {})
}
