/** How the pods of one replica that spans nodes find one another: LeaderWorkerSet tells each in its environment. Pure. */
import type { DeploymentSpec } from '../../spec/schema.ts'

export type Role = 'leader' | 'worker'

export const isGang = ({ parallelism }: DeploymentSpec): boolean => parallelism.hosts > 1

/** What stands for the placeholders of a gang; Kubernetes fills it in for each pod. */
export const gangValues: Readonly<Record<string, string>> = {
  rank: '$(LWS_WORKER_INDEX)',
  worldSize: '$(LWS_GROUP_SIZE)',
  leaderAddress: '$(LWS_LEADER_ADDRESS)',
  leaderPort: '29500',
}
