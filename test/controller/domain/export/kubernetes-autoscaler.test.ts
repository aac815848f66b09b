import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject'
import test from 'ava'
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { stringify } from 'yaml'
import { exportKubernetes } from '../../../../controller/domain/export/kubernetes/export.ts'
import { type DeploymentDocument, deploymentSchema } from '../../../../controller/domain/spec/schema.ts'
import { labTest } from '../../../lab/requires.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { validateStrictly } from './support/strict.ts'

const run = promisify(execFile)
const withPromtool = labTest(test, { programs: ['promtool'] })

const options = { namespace: 'ai', modelClaim: '', prometheusUrl: 'http://prometheus:9090', wakeQuery: '' }

const exported = (document: Partial<DeploymentDocument>, given = options) => {
  const spec = deploymentSchema.parse({
    name: 'chat',
    model: { name: 'm', path: '/models/m' },
    engine: { preset: 'vllm' },
    resources: { gpus: 1 },
    ...document,
  })
  const { documents, ...words } = exportKubernetes(spec, given)
  for (const document of documents) validateStrictly(document)
  const one = <T>(kind: string): T | undefined => documents.find((document) => document.kind === kind) as T | undefined
  return {
    ...words,
    kinds: documents.map(({ kind }) => kind),
    workload: documents[0] as unknown as { readonly spec: { readonly replicas?: number } },
    hpa: one<IHorizontalPodAutoscaler>('HorizontalPodAutoscaler')?.spec,
    scaled: one<IScaledObject>('ScaledObject')?.spec,
  }
}

test('what gauges of pods tell is scaled by Kubernetes itself, and the workload leaves the number to it', (t) => {
  const { hpa, workload, kinds, needs } = exported({
    autoscale: { min: 2, max: 8, signals: { waiting: 4, kvCache: 0.8, gpuUtilization: 0.85 } },
  })
  t.deepEqual(kinds, ['Deployment', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'PodMonitor'])
  t.false('replicas' in workload.spec)
  t.deepEqual([hpa?.minReplicas, hpa?.maxReplicas, hpa?.scaleTargetRef.kind], [2, 8, 'Deployment'])
  t.deepEqual(
    hpa?.metrics?.map(({ pods }) => [pods?.metric.name, pods?.target.averageValue]),
    [
      ['vllm:num_requests_waiting', '4'],
      ['vllm:kv_cache_usage_perc', '800m'],
      ['DCGM_FI_DEV_GPU_UTIL', '85'],
    ],
  )
  t.deepEqual(hpa?.behavior, {
    scaleUp: { stabilizationWindowSeconds: 30, policies: [{ type: 'Pods', value: 4, periodSeconds: 30 }] },
    scaleDown: { stabilizationWindowSeconds: 900, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
  })
  t.regex(needs.join('\n'), /custom metrics API.*vllm:num_requests_waiting.*\n.*honorLabels/)
})

test('without autoscale nothing scales, and the number is that of the spec', (t) => {
  const { kinds, workload } = exported({ replicas: 3 })
  t.deepEqual(kinds, ['Deployment', 'Service', 'PodDisruptionBudget', 'PodMonitor'])
  t.is(workload.spec.replicas, 3)
})

test('quantiles, rates and schedules are asked of Prometheus by KEDA, and no figures are never taken for no load', (t) => {
  const { scaled, hpa } = exported({
    autoscale: {
      min: 2,
      max: 8,
      signals: { ttft: { quantile: 0.9, target: '2s' }, tokensPerSecond: 900 },
      schedules: [{ start: '30 7 * * 1-5', end: '0 12 * * 1-5', timeZone: 'Asia/Shanghai', min: 4 }],
    },
  })
  t.is(hpa, undefined)
  t.deepEqual([scaled?.minReplicaCount, scaled?.maxReplicaCount], [2, 8])
  t.deepEqual(
    scaled?.triggers.map(({ type, metricType, metadata }) => [type, metricType, metadata.threshold ?? metadata.desiredReplicas]),
    [
      ['prometheus', 'Value', '2'],
      ['prometheus', 'AverageValue', '900'],
      ['cron', undefined, '4'],
    ],
  )
  t.deepEqual(
    scaled?.triggers.flatMap(({ metadata }) => metadata.ignoreNullValues ?? []),
    ['false', 'false'],
  )
  t.true(scaled?.triggers.every(({ metadata }) => metadata.query === undefined || metadata.query.includes('{job="ai/chat"}')))
})

test('a deployment may sleep only where something in front of its pods can wake it', (t) => {
  const autoscale = { min: 0, max: 2, idle: '30m', signals: { waiting: 4 } }
  const awake = exported({ autoscale })
  t.is(awake.scaled?.minReplicaCount, 1)
  t.regex(awake.notes.join('\n'), /autoscale\.min 0: stays 1.*--wake-query/)
  const { scaled, notes } = exported({ autoscale }, { ...options, wakeQuery: 'sum(rate(asked[2m]))' })
  t.deepEqual([scaled?.minReplicaCount, scaled?.cooldownPeriod], [0, 1_800])
  t.deepEqual(
    scaled?.triggers.map(({ metadata }) => [metadata.query, metadata.ignoreNullValues]),
    [
      ['sum(vllm:num_requests_waiting{job="ai/chat"})', 'false'],
      ['(sum(rate(asked[2m]))) > bool 0', 'true'],
      ['sum(vllm:num_requests_running{job="ai/chat"} + vllm:num_requests_waiting{job="ai/chat"}) > bool 0', 'true'],
    ],
  )
  t.notRegex(notes.join('\n'), /stays 1/)
})

test('a gang is scaled in whole groups', (t) => {
  const { hpa, workload } = exported({
    resources: { gpus: 16 },
    parallelism: { hosts: 2, tensorParallel: 8, pipelineParallel: 2 },
    autoscale: { max: 3, signals: { waiting: 4 } },
  })
  t.deepEqual(hpa?.scaleTargetRef, { apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet', name: 'chat' })
  t.false('replicas' in workload.spec)
})

test('signals of which an engine tells nothing are named, and with none left the number stays', (t) => {
  const custom: Partial<DeploymentDocument> = { engine: { preset: 'custom', command: ['serve'] }, image: 'i:1' }
  const some = exported({ ...custom, autoscale: { max: 3, signals: { waiting: 4, gpuUtilization: 0.8 } } })
  t.regex(some.notes.join('\n'), /autoscale\.signals\.waiting: no metric of custom/)
  t.is(some.hpa?.metrics?.length, 1)
  const none = exported({ ...custom, autoscale: { max: 3, signals: { waiting: 4 } } })
  t.is(none.workload.spec.replicas, 1)
  t.regex(none.notes.join('\n'), /nothing is left to scale by; replicas stays 1/)
})

test('windows longer than Kubernetes allows are cut, and said', (t) => {
  const { hpa, notes } = exported({ autoscale: { max: 3, signals: { waiting: 4 }, scaleIn: { stabilization: '2h', every: '1h' } } })
  t.is(hpa?.behavior?.scaleDown?.stabilizationWindowSeconds, 3_600)
  t.is(hpa?.behavior?.scaleDown?.policies?.[0]?.periodSeconds, 1_800)
  t.regex(notes.join('\n'), /scaleIn\.stabilization: cut to an hour.*\n.*scaleIn\.every: cut to half an hour/)
})

/** Two pods of ours, and one of a deployment with a longer name. */
const series = (metric: string, values: readonly string[], labels = '') =>
  ['chat', 'chat', 'chat-big'].map((name, index) => ({
    series: `${metric}{job="ai/${name}",namespace="ai",pod="${name}-7c9f8d6b5-abcd${index}"${labels}}`,
    values: values[index] ?? '',
  }))

withPromtool('real Prometheus code answers every query with the one number that is meant', async (t) => {
  const signals = { waiting: 4, kvCache: 0.8, tokensPerSecond: 900, gpuUtilization: 0.85, ttft: { quantile: 0.5, target: '2s' } }
  const { scaled } = exported({ autoscale: { min: 0, max: 4, signals } }, { ...options, wakeQuery: 'sum(asked)' })
  const expected: Readonly<Record<string, number>> = {
    num_requests_waiting: 9,
    kv_cache_usage_perc: 0.5,
    generation_tokens_total: 30,
    DCGM_FI_DEV_GPU_UTIL: 0.6,
    time_to_first_token: 0.5,
    asked: 1,
    num_requests_running: 1,
  }
  const queries = (scaled?.triggers ?? []).map(({ metadata }) => metadata.query ?? '')
  const named = queries.map((query) => [query, Object.entries(expected).findLast(([name]) => query.includes(name))?.[1]] as const)
  t.is(named.length, 7)
  const bucket = (le: string, values: readonly string[]) => series('vllm:time_to_first_token_seconds_bucket', values, `,le="${le}"`)
  const tests = [
    {
      interval: '1m',
      input_series: [
        ...series('vllm:num_requests_waiting', ['4x9', '5x9', '100x9']),
        ...series('vllm:num_requests_running', ['1x9', '0x9', '9x9']),
        ...series('vllm:kv_cache_usage_perc', ['0.4x9', '0.6x9', '1x9']),
        ...series('vllm:generation_tokens_total', ['0+600x9', '0+1200x9', '0+9000x9']),
        ...bucket('1', ['0+60x9', '0+60x9', '0x9']),
        ...bucket('+Inf', ['0+60x9', '0+60x9', '0+60x9']),
        ...series('vllm:time_to_first_token_seconds_count', ['0+60x9', '0+60x9', '0+60x9']),
        ...['0.4', '0.8'].map((share, index) => ({
          series: `DCGM_FI_DEV_GPU_UTIL{exported_namespace="ai",exported_pod="chat-7c9f8d6b5-abcd${index}",namespace="gpu",pod="dcgm-exporter-x"}`,
          values: `${Number(share) * 100}x9`,
        })),
        {
          series: 'DCGM_FI_DEV_GPU_UTIL{exported_namespace="ai",exported_pod="chat-big-7c9f8d6b5-abcd2",pod="dcgm-exporter-x"}',
          values: '100x9',
        },
        { series: 'asked{}', values: '3x9' },
      ],
      // A rate needs two samples within its minute.
      promql_expr_test: named.map(([expr, value]) => ({
        expr: expr.replaceAll('[1m]', '[3m]'),
        eval_time: '8m',
        exp_samples: [{ labels: '{}', value }],
      })),
    },
    {
      name: 'pods that nobody asks anything have no quantile, and that is no error',
      interval: '1m',
      input_series: [...bucket('+Inf', ['5x9', '5x9']), ...series('vllm:time_to_first_token_seconds_count', ['5x9', '5x9'])].slice(0, 5),
      promql_expr_test: named
        .filter(([query]) => query.includes('histogram_quantile'))
        .map(([expr]) => ({ expr: expr.replaceAll('[1m]', '[3m]'), eval_time: '8m', exp_samples: [{ labels: '{}', value: 0 }] })),
    },
  ]
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'queries.yaml')
  await writeFile(file, stringify({ tests }))
  const { stdout } = await run('promtool', ['test', 'rules', file]).catch((error: unknown) => {
    throw new Error(`${Reflect.get(Object(error), 'stdout')}${Reflect.get(Object(error), 'stderr')}`)
  })
  t.regex(stdout, /SUCCESS/)
})
