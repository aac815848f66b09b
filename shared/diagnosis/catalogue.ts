/** All that can be found, with the parameters of each code. Each room keeps its own part. */
import { type GpuCauses, type GpuEvents, type GpuFindings, gpuChecks } from './catalogue/gpu.ts'
import { type HostCauses, type HostEvents, type HostFindings, hostChecks } from './catalogue/host.ts'
import { type IncidentCauses, type IncidentEvents, type IncidentFindings, incidentChecks } from './catalogue/incident.ts'
import { type LookingCauses, type LookingEvents, type LookingFindings, lookingChecks } from './catalogue/looking.ts'
import { type NetworkCauses, type NetworkEvents, type NetworkFindings, networkChecks } from './catalogue/network.ts'
import { type OomCauses, type OomEvents, type OomFindings, oomChecks } from './catalogue/oom.ts'
import { type StorageCauses, type StorageEvents, type StorageFindings, storageChecks } from './catalogue/storage.ts'

export type FindingParams = HostFindings &
  GpuFindings &
  NetworkFindings &
  OomFindings &
  StorageFindings &
  LookingFindings &
  IncidentFindings
export type CauseParams = HostCauses & GpuCauses & NetworkCauses & OomCauses & StorageCauses & LookingCauses & IncidentCauses
export type EventParams = HostEvents & GpuEvents & NetworkEvents & OomEvents & StorageEvents & LookingEvents & IncidentEvents

export const checkIds = [
  ...hostChecks,
  ...gpuChecks,
  ...networkChecks,
  ...oomChecks,
  ...storageChecks,
  ...lookingChecks,
  ...incidentChecks,
] as const

export type CheckId = (typeof checkIds)[number]
export type FindingCode = keyof FindingParams
export type CauseCode = keyof CauseParams
export type EventCode = keyof EventParams
