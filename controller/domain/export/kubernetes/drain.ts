/** How a replica leaves: nobody sends to it any more, then what it works on ends, then SIGTERM. Pure. */
import type { ILifecycle } from 'kubernetes-models/v1/Lifecycle'
import { metricsPathOf } from '../../engine/replica-spec.ts'
import type { PresetName } from '../../spec/blocks.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { type ContainerLaunch, launchOf } from './launch.ts'
import { secondsOf } from './names.ts'

/** Gauges of requests that an engine works on or keeps waiting. Engines without them stop taking connections and finish by themselves. */
const gauges: Readonly<Record<PresetName, readonly string[]>> = {
  vllm: ['vllm:num_requests_running', 'vllm:num_requests_waiting'],
  sglang: ['sglang:num_running_reqs', 'sglang:num_queue_reqs'],
  llamacpp: ['llamacpp:requests_processing', 'llamacpp:requests_deferred'],
  'tensorrt-llm': [],
  custom: [],
}

/** Until every proxy and ingress has heard that the pod is leaving. */
const spreadSeconds = 10

/** Between SIGTERM and SIGKILL there must be room for the whole of it. */
export const gracePeriodSeconds = (spec: DeploymentSpec): number =>
  spreadSeconds + secondsOf(spec.update.drainTimeoutMs) + secondsOf(spec.stopGraceMs)

/** A failed look at the metrics is no sign that nothing runs: it is taken again. */
const waitScript = (spec: DeploymentSpec, { port, apiKeyVariable }: ContainerLaunch, names: readonly string[]): string =>
  [
    `sleep ${spreadSeconds}`,
    `end=$(($(date +%s) + ${secondsOf(spec.update.drainTimeoutMs)}))`,
    'while [ "$(date +%s)" -lt "$end" ]; do',
    `  metrics=$(curl -sf -m 2${apiKeyVariable === undefined ? '' : ` -H "Authorization: Bearer $${apiKeyVariable}"`} http://127.0.0.1:${port}${metricsPathOf(spec)}) &&`,
    `    echo "$metrics" | awk '/^(${names.join('|')})[{ ]/ { n += $NF } END { exit (n > 0) }' && exit 0`,
    '  sleep 1',
    'done',
  ].join('\n')

export const drainOf = (spec: DeploymentSpec): ILifecycle => {
  const names = gauges[spec.engine.preset]
  if (names.length === 0) return { preStop: { sleep: { seconds: spreadSeconds } } }
  return { preStop: { exec: { command: ['sh', '-c', waitScript(spec, launchOf(spec), names)] } } }
}
