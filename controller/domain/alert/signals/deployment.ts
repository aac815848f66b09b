import type { DeploymentReport } from '../../model.ts'
import { isWaking } from '../../scale/waking.ts'
import type { AlertInputs, Observation, Sample } from '../inputs.ts'
import { nothingUnknown, type Signal } from './signal.ts'

const perDeployment = ({ fleet, reports }: AlertInputs, figureOf: (report: DeploymentReport, wanted: number) => number): Observation => {
  const samples: Sample[] = []
  for (const { name, replicas, deleting } of fleet.deployments.values()) {
    const report = reports.get(name)
    if (report && !deleting) samples.push({ labels: { deployment: name }, value: figureOf(report, replicas) })
  }
  return { samples, isUnknown: ({ deployment = '' }) => fleet.deployments.has(deployment) && !reports.has(deployment) }
}

/** Not before it has served once, nor while the first replica after a sleep may still be loading. */
const hasToServe = ({ fleet, nowUnixMs }: AlertInputs, name: string): boolean => {
  const deployment = fleet.deployments.get(name)
  const spec = fleet.revisions.get(name)?.find(({ number }) => number === deployment?.targetRevision)?.spec
  return deployment !== undefined && deployment.lastGoodRevision > 0 && !(spec && isWaking(deployment, spec, nowUnixMs))
}

export const deploymentSignals = {
  'deployment.replicas-missing': {
    help: 'Replicas that are wanted and not ready.',
    unit: 'count',
    labels: ['deployment'],
    options: [],
    observe: (inputs) => perDeployment(inputs, ({ ready }, wanted) => Math.max(0, wanted - ready)),
    promql: (_rule, where) =>
      `max by (deployment) (hostler_controller_replicas_wanted${where} - hostler_controller_replicas_ready${where})`,
  },
  'deployment.down': {
    help: '1 while replicas are wanted and none is ready, of a deployment that has served before and is not just being woken.',
    unit: 'flag',
    labels: ['deployment'],
    options: [],
    observe: (inputs) =>
      // One that never served is still loading, or waits for a place: other rules tell of that.
      perDeployment(inputs, ({ ready, name }, wanted) => (wanted > 0 && ready === 0 && hasToServe(inputs, name) ? 1 : 0)),
    promql: (_rule, where) => `max by (deployment) (hostler_controller_deployment_down${where})`,
  },
  'deployment.replicas-unplaced': {
    help: 'Replicas that no host can take.',
    unit: 'count',
    labels: ['deployment'],
    options: [],
    observe: (inputs) => perDeployment(inputs, ({ unplaced }) => unplaced?.count ?? 0),
    promql: (_rule, where) => `max by (deployment) (hostler_controller_replicas_unplaced${where})`,
  },
  'deployment.rollout-failed': {
    help: '1 while the newest revision has failed, whether the former one is back or not.',
    unit: 'flag',
    labels: ['deployment'],
    options: [],
    observe: (inputs) => perDeployment(inputs, ({ state }) => (state === 'failed' || state === 'rolled-back' ? 1 : 0)),
    promql: (_rule, where) => `max by (deployment) (hostler_controller_rollout_failed${where})`,
  },
  'deployment.replica-failed': {
    help: '1 while a replica cannot be launched on its host, or has failed for good.',
    unit: 'flag',
    labels: ['deployment', 'replica', 'host'],
    options: [],
    observe: ({ fleet }) => {
      const samples: Sample[] = []
      for (const { record, replicas } of fleet.hosts.values())
        for (const { id, deployment, phase } of replicas.values())
          if (phase === 'blocked' || phase === 'failed') samples.push({ labels: { deployment, replica: id, host: record.name }, value: 1 })
      const away = new Set([...fleet.hosts.values()].filter(({ synced }) => !synced).map(({ record }) => record.name))
      return { samples, isUnknown: ({ host = '' }) => away.has(host) }
    },
    promql: (_rule, where) => `max by (deployment, replica, host) (hostler_controller_replica_failed${where})`,
  },
} as const satisfies Record<string, Signal>

export const controllerSignals = {
  'controller.maintenance-failed': {
    help: '1 while the last backup and clean-up of the database failed.',
    unit: 'flag',
    labels: [],
    options: [],
    observe: ({ maintenance }) => ({ samples: [{ labels: {}, value: maintenance.failed ? 1 : 0 }], isUnknown: nothingUnknown }),
    promql: () => 'max(hostler_controller_maintenance_failed)',
  },
  'controller.backup-age-seconds': {
    help: 'Age of the newest backup of the database; of the controller while there is none. No series when no backups are wanted.',
    unit: 'seconds',
    labels: [],
    options: [],
    observe: ({ maintenance: { backupAgeMs } }) => ({
      samples: backupAgeMs === undefined ? [] : [{ labels: {}, value: backupAgeMs / 1000 }],
      isUnknown: nothingUnknown,
    }),
    promql: () => 'max(hostler_controller_backup_age_seconds)',
  },
  'controller.certificate-days-left': {
    help: 'Days until a certificate ends: that of the authority, of the controller, and of each host as it last connected.',
    unit: 'days',
    labels: ['certificate'],
    options: [],
    observe: ({ certificates, nowUnixMs }) => ({
      samples: [...certificates].map(([certificate, endsUnixMs]) => ({
        labels: { certificate },
        value: (endsUnixMs - nowUnixMs) / 86_400_000,
      })),
      isUnknown: nothingUnknown,
    }),
    promql: (_rule, where) => `min by (certificate) (hostler_controller_certificate_remaining_seconds${where}) / 86400`,
  },
} as const satisfies Record<string, Signal>
