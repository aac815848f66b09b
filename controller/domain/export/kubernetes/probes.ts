import type { IContainer } from 'kubernetes-models/v1/Container'
import { healthPathOf } from '../../engine/replica-spec.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { portName, secondsOf } from './names.ts'

type Probes = Required<Pick<IContainer, 'startupProbe' | 'readinessProbe' | 'livenessProbe'>>

const startupPeriodSeconds = 10
const livenessPeriodSeconds = 10
/** An engine under load answers late, and a restart costs a whole load of the model: it has to hang for minutes. */
const livenessFailures = 12

/** Until the startup probe has succeeded the others do not run, so that loading may take its time. */
export const probesOf = (spec: DeploymentSpec): Probes => {
  const httpGet = { path: healthPathOf(spec), port: portName }
  const timeoutSeconds = secondsOf(spec.health.timeoutMs)
  return {
    startupProbe: {
      httpGet,
      periodSeconds: startupPeriodSeconds,
      timeoutSeconds,
      failureThreshold: Math.max(1, Math.ceil(secondsOf(spec.loadTimeoutMs) / startupPeriodSeconds)),
    },
    readinessProbe: {
      httpGet,
      periodSeconds: secondsOf(spec.health.intervalMs),
      timeoutSeconds,
      failureThreshold: spec.health.failures,
    },
    livenessProbe: {
      httpGet,
      periodSeconds: livenessPeriodSeconds,
      timeoutSeconds: Math.max(timeoutSeconds, livenessPeriodSeconds),
      failureThreshold: livenessFailures,
    },
  }
}
