import type { HostUsage__Output, HostUsage as WireUsage } from '../../../proto/generated/hostler/v1/HostUsage.ts'
import type { Inventory__Output, Inventory as WireInventory } from '../../../proto/generated/hostler/v1/Inventory.ts'
import type { Inventory } from '../../fleet/inventory.ts'
import type { HostUsage } from '../../fleet/usage.ts'
import { forWire } from './mutable.ts'

/** Drops keys whose value is undefined: the serialiser would take them for present. */
const withoutUndefined = <T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as { [Key in keyof T]: Exclude<T[Key], undefined> }

export const inventoryToWire = (inventory: Inventory): WireInventory => {
  const { modelFilesystem, gpus, disks, memoryMiB, ...rest } = inventory
  return {
    ...forWire(rest),
    memoryMib: memoryMiB,
    disks: disks.map((disk) => ({ ...disk, sizeMib: disk.sizeMiB })),
    gpus: gpus.map(({ memoryMiB: gpuMemoryMiB, ...gpu }) => withoutUndefined({ ...gpu, memoryMib: gpuMemoryMiB })),
    ...(modelFilesystem
      ? { modelFilesystem: { ...modelFilesystem, sizeMib: modelFilesystem.sizeMiB, freeMib: modelFilesystem.freeMiB } }
      : {}),
  }
}

export const inventoryFromWire = (wire: Inventory__Output): Inventory => {
  const { memoryMib, disks, gpus, modelFilesystem, ...rest } = wire
  return {
    ...rest,
    memoryMiB: memoryMib,
    disks: disks.map(({ sizeMib, ...disk }) => ({ ...disk, sizeMiB: sizeMib })),
    gpus: gpus.map(({ memoryMib: gpuMemoryMib, numaNode, _numaNode: _, ...gpu }) => ({
      ...gpu,
      memoryMiB: gpuMemoryMib,
      ...(numaNode === undefined ? {} : { numaNode }),
    })),
    ...(modelFilesystem
      ? {
          modelFilesystem: {
            path: modelFilesystem.path,
            resolvedPath: modelFilesystem.resolvedPath,
            type: modelFilesystem.type,
            missing: modelFilesystem.missing,
            sizeMiB: modelFilesystem.sizeMib,
            freeMiB: modelFilesystem.freeMib,
          },
        }
      : {}),
  }
}

export const usageToWire = (usage: HostUsage): WireUsage =>
  withoutUndefined({
    gpus: usage.gpus.map((gpu) =>
      withoutUndefined({
        uuid: gpu.uuid,
        memoryUsedMib: gpu.memoryUsedMiB,
        utilizationPercent: gpu.utilizationPercent,
        temperatureC: gpu.temperatureC,
        powerW: gpu.powerW,
        processes: gpu.processes.map(({ memoryMiB, ...process }) => withoutUndefined({ ...process, memoryMib: memoryMiB })),
      }),
    ),
    memoryAvailableMib: usage.memoryAvailableMiB,
    load_1m: usage.load1m,
    gpuAgeMs: usage.gpuAgeMs,
    gpuProblem: usage.gpuProblem,
  })

export const usageFromWire = (wire: HostUsage__Output): HostUsage => ({
  gpus: wire.gpus.map((gpu) => ({
    uuid: gpu.uuid,
    memoryUsedMiB: gpu.memoryUsedMib,
    utilizationPercent: gpu.utilizationPercent,
    temperatureC: gpu.temperatureC,
    powerW: gpu.powerW,
    processes: gpu.processes.map((process) => ({
      pid: process.pid,
      name: process.name,
      memoryMiB: process.memoryMib,
      replicaId: process.replicaId,
      foreign: process.foreign,
    })),
  })),
  memoryAvailableMiB: wire.memoryAvailableMib,
  load1m: wire.load_1m,
  gpuAgeMs: wire.gpuAgeMs,
  gpuProblem: wire.gpuProblem,
})
