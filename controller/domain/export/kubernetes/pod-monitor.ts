import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor'
import { metricsPathOf } from '../../engine/replica-spec.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { launchOf } from './launch.ts'
import { apiKeyEntry, type ExportOptions, metadataOf, portName, secretName } from './names.ts'

export const podMonitorOf = (spec: DeploymentSpec, options: ExportOptions, matchLabels: Readonly<Record<string, string>>): IPodMonitor => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PodMonitor',
  metadata: metadataOf(spec, options),
  spec: {
    selector: { matchLabels: { ...matchLabels } },
    podMetricsEndpoints: [
      {
        port: portName,
        path: metricsPathOf(spec),
        interval: '15s',
        ...(launchOf(spec).apiKeyVariable === undefined
          ? {}
          : { authorization: { type: 'Bearer', credentials: { name: secretName(spec), key: apiKeyEntry } } }),
      },
    ],
  },
})
