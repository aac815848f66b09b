import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runVariable } from './owner.ts'
import { ifThere } from './proc.ts'
import { type LabProcess, run, startProcess } from './process.ts'
import { runDirectory } from './run-directory.ts'
import { eventually } from './wait.ts'

/** Ends every mount in the directory of a run, the latest first; loop devices go with them. */
export const removeMounts = async (runId: string): Promise<void> => {
  const within = `${runDirectory(runId)}/`
  const mountPoints = (ifThere(() => readFileSync('/proc/self/mountinfo', 'utf8')) ?? '')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((mountPoint) => mountPoint.startsWith(within))
  // Lazily: whoever is still in there must not keep the rest from being removed.
  for (const mountPoint of mountPoints.reverse()) await run('umount', ['--lazy', mountPoint], { accept: [0, 1, 32] })
}

let made = 0

export interface LabFilesystem {
  readonly mountPoint: string
  /** Such as `loop0`. */
  readonly device: string
}

/** A real filesystem on a loop device, mounted in the directory of a run. XFS takes 300 MiB at least; the file is sparse. */
export const mountFilesystem = async (
  runId: string,
  type: 'xfs' | 'ext4',
  { sizeMiB = 320, options = 'defaults' }: { readonly sizeMiB?: number; readonly options?: string } = {},
): Promise<LabFilesystem> => {
  made += 1
  const name = `${type}-${made}`
  const image = join(runDirectory(runId), `${name}.img`)
  const mountPoint = join(runDirectory(runId), name)
  await mkdir(mountPoint)
  await run('truncate', ['--size', `${sizeMiB}M`, image])
  await run(`mkfs.${type}`, ['-q', image])
  await run('mount', ['-o', `loop,${options}`, image, mountPoint])
  const source = (await run('findmnt', ['-n', '-o', 'SOURCE', mountPoint])).stdout.trim()
  return { mountPoint, device: source.replace('/dev/', '') }
}

/** An ext4 whose server is a process: stopped, it is like a network filesystem whose server does not answer; killed, like one that is gone. */
export const mountServed = async (runId: string): Promise<{ readonly mountPoint: string; readonly server: LabProcess }> => {
  made += 1
  const image = join(runDirectory(runId), `fuse-${made}.img`)
  const mountPoint = join(runDirectory(runId), `fuse-${made}`)
  await mkdir(mountPoint)
  await run('truncate', ['--size', '16M', image])
  await run('mkfs.ext4', ['-q', image])
  const server = await startProcess('fuse2fs', ['-f', image, mountPoint], { env: { [runVariable]: runId } })
  const mounted = () => readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${mountPoint} `)
  await eventually(mounted, { deadlineMs: 10_000, what: `fuse2fs to mount ${mountPoint}` })
  return { mountPoint, server }
}
