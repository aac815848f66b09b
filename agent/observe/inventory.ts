import { readFile } from 'node:fs/promises'
import { availableParallelism, hostname, release, totalmem } from 'node:os'
import { withDeadline } from '../../shared/lifecycle/deadline.ts'
import { gpuInventory, readNumaNodes } from './gpu-inventory.ts'
import type { GpuObserver } from './gpu-observer.ts'
import type { Hardware } from './hardware.ts'
import { readModelFilesystem } from './model-filesystem.ts'
import { readNics } from './nics.ts'
import { readOsName } from './os-release.ts'
import type { GpuObservation, ObservedInventory } from './types.ts'

export interface InventorySources {
  readonly observer: GpuObserver
  readonly hardware: Hardware
  /** Where model weights lie; empty: not configured. */
  readonly modelPath: string
}

// What does not come in this time is left out.
const sourceDeadlineMs = 10_000
const mebibyte = 1024 * 1024

/**
 * What this host is. Sources are read side by side and each has a deadline, so that one that hangs costs its own part only.
 * Never systeminformation's graphics(): it runs nvidia-smi without a time limit. Never rejects.
 */
export const readInventory = async (sources: InventorySources, signal?: AbortSignal): Promise<ObservedInventory> => {
  const [os, processor, disks, nics, modelFilesystem, machineId, observation] = await Promise.all([
    readOsName(),
    sources.hardware.processors(),
    sources.hardware.disks(),
    orUndefined(readNics(), 'the network interfaces'),
    sources.modelPath === '' ? undefined : readModelFilesystem(sources.modelPath),
    readMachineId(),
    sources.observer.observe(signal),
  ])
  const known = gpusOf(observation)
  const topology = known.length > 1 ? await sources.observer.topology(known, signal) : undefined
  return {
    hostname: hostname(),
    machineId,
    os,
    kernel: release(),
    architecture: process.arch,
    cpuModel: processor?.model ?? '',
    cpuSockets: processor?.sockets ?? 1,
    cpuCores: processor?.cores || availableParallelism(),
    memoryMiB: Math.floor(totalmem() / mebibyte),
    disks,
    nics: nics ?? [],
    modelFilesystem,
    ...gpuInventory(observation, topology, await readNumaNodes(known)),
  }
}

const gpusOf = (observation: GpuObservation) =>
  observation.state === 'ok' ? observation.gpus : observation.state === 'stale' ? observation.lastGood.gpus : []

/** What systemd calls the machine; empty on a system without one. */
const readMachineId = async (): Promise<string> => {
  for (const file of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    const id = (await readFile(file, 'utf8').catch(() => '')).trim()
    if (id !== '') return id
  }
  return ''
}

const orUndefined = <T>(work: Promise<T>, what: string): Promise<T | undefined> =>
  withDeadline(work, sourceDeadlineMs, what).catch(() => undefined)
