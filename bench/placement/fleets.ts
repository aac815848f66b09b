/** Fleets to plan for. */
import { defaultPlanSettings } from '../../controller/domain/fleet/settings.ts'
import type { FleetState } from '../../controller/domain/model.ts'
import type { DeploymentDocument } from '../../controller/domain/spec/schema.ts'
import { deployment, fleet, gpu, host, inventory, links, revision, specOf } from '../../test/controller/domain/support/fleet.ts'

export const gpusPerHost = 8

/** Hosts of eight GPUs that reach one another over NVLink, and deployments that want something and have nothing yet. */
export const fleetOf = (hosts: number, documents: readonly Partial<DeploymentDocument>[]): FleetState => {
  const specs = documents.map((document, at) => specOf({ ...document, name: `model-${at}` }))
  return fleet({
    hosts: Array.from({ length: hosts }, (_, at) => {
      const name = `gpu-${at}`
      const gpus = Array.from({ length: gpusPerHost }, (_, index) => gpu(name, index))
      return host(name, gpusPerHost, { inventory: inventory(name, gpus, { gpuLinks: links(gpus) }) })
    }),
    deployments: specs.map(({ name, replicas }) => deployment(name, { replicas })),
    revisions: specs.map((spec) => ({ ...revision(1, spec), deployment: spec.name })),
  })
}

export const settings = { nowUnixMs: 1_000, settings: defaultPlanSettings }
