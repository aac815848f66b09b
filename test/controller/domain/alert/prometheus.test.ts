import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { stringify } from 'yaml'
import { prometheusRules } from '../../../../controller/domain/alert/prometheus.ts'
import { rulesOf } from '../../../../controller/domain/alert/rules.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { ruleOf } from './support/rules.ts'

const run = promisify(execFile)
const builtIn = [...rulesOf([]).rules.values()]

/** Series that promtool reads, by name and labels; values such as `0.95x20`, one a minute. */
type Input = Readonly<Record<string, string>>

const agent = { 'hostler_agent_info{instance="a",host="gpu-1",version="1"}': '1x60' }
const engine = (kv: string): Input => ({
  ...agent,
  'hostler_gpu_memory_used_bytes{instance="a",gpu="0",uuid="U"}': '95x60',
  'hostler_gpu_memory_total_bytes{instance="a",gpu="0",uuid="U"}': '100x60',
  'hostler_gpu_replica_memory_used_bytes{instance="a",gpu="0",uuid="U",deployment="ds",replica="ds-1"}': '90x60',
  'hostler_gpu_replica_memory_used_bytes{instance="a",gpu="0",uuid="U",deployment="",replica=""}': '0x60',
  'hostler_engine_kv_cache_usage_ratio{instance="a",deployment="ds",replica="ds-1"}': kv,
})

interface Case {
  readonly what: string
  readonly rule: string
  readonly input: Input
  /** When it is looked at. */
  readonly at: string
  /** Labels of what fires beside the severity. */
  readonly fires: readonly Readonly<Record<string, string>>[]
}

const held = { deployment: 'ds', gpu: '0', host: 'gpu-1', instance: 'a', replica: 'ds-1', uuid: 'U' }
const cases: readonly Case[] = [
  { what: 'an engine that only reserved its memory is no alert', rule: 'gpu-memory', input: engine('0.3x60'), at: '30m', fires: [] },
  { what: 'memory that is needed is one, with its replica', rule: 'gpu-memory', input: engine('0.97x60'), at: '11m', fires: [held] },
  {
    what: 'memory that is needed is none before its ten minutes are over',
    rule: 'gpu-memory',
    input: engine('0.97x60'),
    at: '9m',
    fires: [],
  },
  {
    what: 'memory that others hold is one',
    rule: 'gpu-memory',
    input: {
      ...engine('0.1x60'),
      'hostler_gpu_replica_memory_used_bytes{instance="a",gpu="0",uuid="U",deployment="",replica=""}': '60x60',
    },
    at: '11m',
    fires: [{ gpu: '0', host: 'gpu-1', instance: 'a', uuid: 'U' }],
  },
  {
    what: 'three hosts away are too many',
    rule: 'hosts-unavailable',
    input: { 'hostler_controller_hosts{state="lost"}': '1x9', 'hostler_controller_hosts{state="silent"}': '2x9' },
    at: '3m',
    fires: [{}],
  },
  {
    what: 'two hosts away are not',
    rule: 'hosts-unavailable',
    input: { 'hostler_controller_hosts{state="lost"}': '2x9', 'hostler_controller_hosts{state="ready"}': '9x9' },
    at: '3m',
    fires: [],
  },
  {
    what: 'P99 over half a second is one when there are requests enough',
    rule: 'slow-first-token',
    input: {
      'hostler_controller_time_to_first_token_p99_seconds{deployment="ds"}': '0.7x60',
      'hostler_controller_requests_total{deployment="ds",ending="ok"}': '0+60x60',
    },
    at: '20m',
    fires: [{ deployment: 'ds' }],
  },
  {
    what: 'P99 of three requests says nothing',
    rule: 'slow-first-token',
    input: {
      'hostler_controller_time_to_first_token_p99_seconds{deployment="ds"}': '0.7x60',
      'hostler_controller_requests_total{deployment="ds",ending="ok"}': '0 1 2 3x57',
    },
    at: '20m',
    fires: [],
  },
  {
    what: 'a tenth of requests that fail is one',
    rule: 'requests-failing',
    input: {
      'hostler_controller_requests_total{deployment="ds",ending="ok"}': '0+90x60',
      'hostler_controller_requests_total{deployment="ds",ending="upstreamError"}': '0+10x60',
    },
    at: '20m',
    fires: [{ deployment: 'ds' }],
  },
  {
    what: 'a disk with a twentieth left is one, with its host',
    rule: 'model-disk-full',
    input: {
      ...agent,
      'hostler_filesystem_available_bytes{instance="a",use="model",path="/m",type="xfs"}': '5x60',
      'hostler_filesystem_size_bytes{instance="a",use="model",path="/m",type="xfs"}': '100x60',
    },
    at: '6m',
    fires: [{ host: 'gpu-1', instance: 'a', path: '/m', type: 'xfs', use: 'model' }],
  },
  {
    what: 'a replica that restarts again and again is one',
    rule: 'replica-crash-loop',
    input: { ...agent, 'hostler_container_restarts_total{instance="a",deployment="ds",replica="ds-1"}': '0+1x60' },
    at: '20m',
    fires: [{ deployment: 'ds', host: 'gpu-1', replica: 'ds-1' }],
  },
]

const fileWith = async (directory: string, name: string, text: string): Promise<string> => {
  const file = join(directory, name)
  await writeFile(file, text)
  return file
}

test('promtool accepts the rule file of all built-in rules, and of users\u2019 with every kind of field', async (t) => {
  await using scratch = await scratchDirectory()
  const own = [
    ruleOf({
      name: 'own',
      metric: 'hostler_gpu_throttled',
      where: { host: 'gpu-"1"', reason: 'hw_*.x' },
      by: ['host'],
      above: 0,
      labels: { team: 'a' },
      runbook: 'https://example.org/x',
    }),
    ruleOf({
      name: 'own-share',
      metric: 'hostler_gpu_memory_used_bytes',
      per: 'hostler_gpu_memory_total_bytes',
      below: 0.5,
      over: undefined,
    }),
    ruleOf({ name: 'own-duration', signal: 'traffic.duration-ms', quantile: 0.9, above: 60_000, where: { deployment: 'ds' } }),
    ruleOf({ name: 'own-first', signal: 'traffic.first-token-ms', quantile: 0.5, above: 300 }),
    ruleOf({ name: 'own-memory', signal: 'gpu.memory-needed-ratio', above: 0.5, where: { host: 'gpu-1', deployment: 'ds' } }),
    ruleOf({ name: 'own-sum', metric: 'hostler_engine_request_duration_seconds_count', over: '10m', above: 100 }),
  ]
  const file = await fileWith(scratch.path, 'rules.yml', prometheusRules([...builtIn, ...own]))
  const { stdout } = await run('promtool', ['check', 'rules', file])
  t.true(stdout.includes(`SUCCESS: ${builtIn.length + own.length} rules found`), stdout)
})

test('the rule file says in Prometheus what the rules say here', async (t) => {
  await using scratch = await scratchDirectory()
  await fileWith(
    scratch.path,
    'rules.yml',
    // What the case is about are labels and times; texts are compared nowhere.
    prometheusRules(builtIn.map((rule) => ({ ...rule, annotations: { en: { summary: '', description: '', remedy: '' } } }))),
  )
  const severityOf = (name: string) => builtIn.find((rule) => rule.name === name)?.severity ?? ''
  const tests = cases.map(({ what, rule, input, at, fires }) => ({
    name: what,
    interval: '1m',
    input_series: Object.entries(input).map(([series, values]) => ({ series, values })),
    alert_rule_test: [
      { eval_time: at, alertname: rule, exp_alerts: fires.map((labels) => ({ exp_labels: { severity: severityOf(rule), ...labels } })) },
    ],
  }))
  const file = await fileWith(scratch.path, 'tests.yml', stringify({ rule_files: ['rules.yml'], evaluation_interval: '1m', tests }))
  const outcome = await run('promtool', ['test', 'rules', file], { cwd: scratch.path }).catch(
    (error: { stdout: string; stderr: string }) => error,
  )
  t.regex(`${outcome.stdout}${outcome.stderr}`, /SUCCESS/)
})
