import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { placesAt } from '../../../agent/tune/places.ts'
import { createTunedHost, type TunedHostOptions } from '../../../agent/tune/tuned-host.ts'
import { Tuner, type TunerOptions } from '../../../agent/tune/tuner.ts'
import { systemClock } from '../../../shared/clock/clock.ts'
import { silentLog } from '../../../shared/log/log.ts'
import type { Setting, TuningProfile } from '../../../shared/tuning/profile.ts'
import { profileDigest } from '../../../shared/tuning/resolve.ts'

/** Files of a host below a directory, by absolute path. */
export type HostFiles = Readonly<Record<string, string>>

/** A host as files: sysctls, configuration. The kernel's own rules are tested on the real kernel. */
export const hostFiles: HostFiles = {
  '/proc/sys/net/core/somaxconn': '4096\n',
  '/proc/sys/vm/swappiness': '60\n',
  '/proc/sys/net/ipv4/tcp_rmem': '4096\t131072\t6291456\n',
  '/proc/sys/fs/file-max': '9223372036854775807\n',
  '/sys/kernel/mm/transparent_hugepage/enabled': '[always] madvise never\n',
  '/etc/hostname': 'scratch\n',
  '/proc/77/limits':
    'Max open files            1024                 524288               files     \nMax locked memory         8388608              8388608              bytes     \n',
  '/proc/77/cmdline': '/usr/bin/dockerd\0-H\0fd://\0',
  '/etc/docker/daemon.json': '{\n    "data-root": "/data/docker",\n    "log-driver": "local"\n}\n',
}

export const writeHost = async (root: string, files: HostFiles): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
}

/** All files below a directory, by path. */
export const readHost = async (root: string): Promise<Readonly<Record<string, string>>> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.map(async (file) => [`/${relative(root, file)}`, await readFile(file, 'utf8')] as const))
  return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)))
}

export const setting = (key: string, value: string | number, more: Partial<Setting> = {}): Setting => ({
  kind: 'sysctl',
  key,
  comparison: 'exact',
  value: String(value),
  reason: 'A test wants it.',
  source: 'test',
  ...more,
})

export const floor = (key: string, value: string | number): Setting => setting(key, value, { comparison: 'at-least' })

export const profileOf = (settings: readonly Setting[], more: Partial<TuningProfile> = {}): TuningProfile => ({
  name: 'mine',
  digest: profileDigest(settings),
  onDrift: 'mend',
  settings,
  ...more,
})

export const scratchHostOptions = (root: string): TunedHostOptions => ({
  places: placesAt(root),
  environment: { PATH: process.env.PATH ?? '' },
  nvidiaSmi: 'nvidia-smi-is-not-here',
  gpuReport: async () => ({ state: 'absent', reason: 'not-installed', detail: 'nvidia-smi is not installed' }),
  engine: async () => ({ unit: 'docker.service', pid: 77, memlock: { grantable: true, evidence: 'a test says so' } }),
  modelPath: root || '/',
  containers: () => [],
})

export interface OpenOptions {
  readonly root: string
  readonly stateDir: string
  readonly host?: Partial<TunedHostOptions>
  readonly tuner?: Partial<TunerOptions>
}

export const openTuner = async ({ root, stateDir, host, tuner }: OpenOptions): Promise<Tuner> =>
  Tuner.open({
    stateDir,
    host: await createTunedHost({ ...scratchHostOptions(root), ...host }),
    clock: systemClock,
    log: silentLog,
    ...tuner,
  })

export const noSignal = new AbortController().signal
