/** How a replica leaves: nobody sends to it any more, then what it works on ends, then SIGTERM. Pure. */
import type { ILifecycle } from 'kubernetes-models/v1/Lifecycle'
import { metricsPathOf } from '../../engine/replica-spec.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { type EngineMetrics, engineMetrics } from './engine-metrics.ts'
import { type ContainerLaunch, launchOf } from './launch.ts'
import { secondsOf } from './names.ts'

/** Until every proxy and ingress has heard that the pod is leaving. */
const spreadSeconds = 10

/** Between SIGTERM and SIGKILL there must be room for the whole of it. */
export const gracePeriodSeconds = (spec: DeploymentSpec): number =>
  spreadSeconds + secondsOf(spec.update.drainTimeoutMs) + secondsOf(spec.stopGraceMs)

/** A failed look at the metrics is no sign that nothing runs: it is taken again. */
const waitScript = (spec: DeploymentSpec, { port, apiKeyVariable }: ContainerLaunch, { running, waiting }: EngineMetrics): string =>
  [
    `sleep ${spreadSeconds}`,
    `end=$(($(date +%s) + ${secondsOf(spec.update.drainTimeoutMs)}))`,
    'while [ "$(date +%s)" -lt "$end" ]; do',
    `  metrics=$(curl -sf -m 2${apiKeyVariable === undefined ? '' : ` -H "Authorization: Bearer $${apiKeyVariable}"`} http://127.0.0.1:${port}${metricsPathOf(spec)}) &&`,
    `    echo "$metrics" | awk '/^(${running}|${waiting})[{ ]/ { n += $NF } END { exit (n > 0) }' && exit 0`,
    '  sleep 1',
    'done',
  ].join('\n')

/** Engines without metrics stop taking connections and finish by themselves. */
export const drainOf = (spec: DeploymentSpec): ILifecycle => {
  const metrics = engineMetrics[spec.engine.preset]
  if (metrics === undefined) return { preStop: { sleep: { seconds: spreadSeconds } } }
  return { preStop: { exec: { command: ['sh', '-c', waitScript(spec, launchOf(spec), metrics)] } } }
}
