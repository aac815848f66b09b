import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { type ExportOptions, metadataOf, secondsOf, selectorLabels } from './names.ts'
import { podOf } from './pod.ts'

/** @param scaled an autoscaler sets the number of replicas: applying the document again must not */
export const deploymentOf = (spec: DeploymentSpec, options: ExportOptions, scaled: boolean): IDeployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadataOf(spec, options),
  spec: {
    ...(scaled ? {} : { replicas: spec.replicas }),
    progressDeadlineSeconds: secondsOf(spec.update.progressDeadlineMs),
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: spec.update.maxSurge, maxUnavailable: spec.update.maxUnavailable },
    },
    selector: { matchLabels: selectorLabels(spec) },
    template: podOf(spec, options),
  },
})
