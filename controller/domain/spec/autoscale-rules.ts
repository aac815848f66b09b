/** What does not fit beside a spec's autoscale block. Pure. */
import type { Contradiction } from './contradictions.ts'
import type { WrittenSpec } from './schema.ts'
import { gpusOf } from './sizes.ts'

export const autoscaleRules = (spec: WrittenSpec): readonly Contradiction[] => {
  const { autoscale, engine, queue, replicas } = spec
  if (autoscale === undefined) return []
  const { min, max, preset, signals } = autoscale
  const found: Contradiction[] = []
  if (replicas !== undefined && (replicas < min || replicas > max)) {
    found.push({
      path: ['replicas'],
      message: `replicas is ${replicas}, and autoscale allows ${min} to ${max}; leave replicas out, autoscale sets the number`,
    })
  }
  if (gpusOf(spec) === 0 && (preset === 'gpu-utilization' || signals.gpuUtilization !== undefined)) {
    const path = signals.gpuUtilization === undefined ? ['autoscale', 'preset'] : ['autoscale', 'signals', 'gpuUtilization']
    found.push({ path, message: 'the replica takes no GPU whose utilisation could be seen; set resources.gpus or choose another signal' })
  }
  if (signals.kvCache !== undefined && (engine.preset === 'llamacpp' || engine.preset === 'tensorrt-llm')) {
    found.push({
      path: ['autoscale', 'signals', 'kvCache'],
      message: `${engine.preset} does not tell how full its KV cache is; choose another signal, such as waiting`,
    })
  }
  if (min === 0 && queue.holdMs === 0) {
    found.push({
      path: ['queue', 'hold'],
      message: 'with autoscale.min 0 requests have to wait for the first replica, and hold is 0; raise hold or set autoscale.min to 1',
    })
  }
  if (min === 0 && queue.max === 0) {
    found.push({
      path: ['queue', 'max'],
      message: 'with autoscale.min 0 requests have to wait for the first replica, and none may wait; raise max or set autoscale.min to 1',
    })
  }
  return found
}
