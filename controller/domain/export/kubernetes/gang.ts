/** How the pods of one replica that spans nodes find one another: LeaderWorkerSet tells each in its environment. Pure. */
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar'
import type { PresetName } from '../../spec/blocks.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'

export type Role = 'leader' | 'worker'

interface Rendezvous {
  readonly args: Readonly<Record<Role, readonly string[]>>
  readonly env: readonly IEnvVar[]
}

const rendezvousPort = 29_500
const size = '$(LWS_GROUP_SIZE)'
const rank = '$(LWS_WORKER_INDEX)'
const leader = '$(LWS_LEADER_ADDRESS)'

const vllmArgs = ['--nnodes', size, '--node-rank', rank, '--master-addr', leader, '--master-port', String(rendezvousPort)]
const sglangArgs = ['--dist-init-addr', `${leader}:${rendezvousPort}`, '--nnodes', size, '--node-rank', rank]

const rendezvous: Partial<Record<PresetName, Rendezvous>> = {
  vllm: {
    args: { leader: vllmArgs, worker: [...vllmArgs, '--headless'] },
    env: [{ name: 'VLLM_HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
  },
  sglang: { args: { leader: sglangArgs, worker: sglangArgs }, env: [] },
  // The words for it are the user's own: $(LWS_LEADER_ADDRESS) and the like are in its environment.
  custom: { args: { leader: [], worker: [] }, env: [] },
}

export const isGang = ({ parallelism }: DeploymentSpec): boolean => parallelism.hosts > 1

/** Undefined: the engine does not span nodes. */
export const rendezvousOf = ({ engine }: DeploymentSpec): Rendezvous | undefined => rendezvous[engine.preset]
