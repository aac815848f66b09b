/** Who needs a tuning profile. Pure. */
import type { Directory } from '../hosts/directory.ts'
import type { DeploymentSpec } from '../spec/schema.ts'

/** Deployments that ask for hosts of the group. */
export const usersOfGroup = (name: string, deployments: Iterable<DeploymentSpec>): readonly string[] =>
  [...deployments].filter(({ placement }) => placement.groups?.includes(name)).map((spec) => `deployment ${spec.name}`)

/** Such as `group gpus` and `profile mine`; empty when the profile may go. */
export const usersOf = (name: string, directory: Directory, deployments: Iterable<DeploymentSpec>): readonly string[] => [
  ...[...directory.hosts.values()].filter(({ profile }) => profile === name).map((host) => `host ${host.name}`),
  ...directory.groups.filter(({ document }) => document.profile === name).map(({ document }) => `group ${document.name}`),
  ...[...directory.profiles.values()].filter(({ inherits }) => inherits.includes(name)).map((profile) => `profile ${profile.name}`),
  ...[...deployments].filter(({ placement }) => placement.profile === name).map((spec) => `deployment ${spec.name}`),
]
