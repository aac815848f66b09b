import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { HostMetrics } from '../../../proto/generated/hostler/v1/HostMetrics.ts'
import { packageRoot } from '../../../shared/config/package-root.ts'
import { doublesToWire } from '../../../shared/rpc/codec/metrics.ts'
import { eventually } from '../../lab/wait.ts'
import { type ControlServer, startControlServer } from './support/control-server.ts'
import { troubledFleet } from './support/fleets.ts'
import { type RunOptions, run, start } from './support/run.ts'

const gib = 1024 ** 3

const told = (
  host: string,
  ageMs: number,
  figures: readonly (readonly [name: string, labels: readonly string[], value: number])[],
): HostMetrics => ({
  host,
  ageMs,
  frame: {
    atUnixMs: 1_000,
    dictionary: 1,
    series: figures.map(([name, labels]) => ({ name, labels: [...labels] })),
    values: doublesToWire(figures.map(([, , value]) => value)),
  },
})

const gpu = ['0', 'GPU-gpu-1-0'] as const
const replica = ['ds7b', 'ds7b-1'] as const

const busyHost = (): HostMetrics =>
  told('gpu-1', 2_000, [
    ['hostler_host_cpu_utilization_ratio', [], 0.254],
    ['hostler_host_memory_total_bytes', [], 512 * gib],
    ['hostler_host_memory_available_bytes', [], 500 * gib],
    ['hostler_host_load1', [], 3.5],
    ['hostler_gpus', [], 1],
    ['hostler_gpu_memory_used_bytes', gpu, 126 * gib],
    ['hostler_gpu_memory_total_bytes', gpu, 140 * gib],
    ['hostler_gpu_utilization_ratio', gpu, 0.83],
    ['hostler_gpu_power_watts', gpu, 412.4],
    ['hostler_gpu_power_limit_watts', gpu, 700],
    ['hostler_gpu_temperature_celsius', gpu, 61],
    ['hostler_gpu_clock_hertz', [...gpu, 'sm'], 1_980_000_000],
    ['hostler_gpu_throttled', [...gpu, 'gpu_idle'], 1],
    ['hostler_gpu_throttled', [...gpu, 'hw_thermal_slowdown'], 1],
    ['hostler_engine_requests_running', replica, 12],
    ['hostler_engine_requests_waiting', replica, 3],
    ['hostler_engine_kv_cache_usage_ratio', replica, 0.92],
    ['hostler_engine_time_to_first_token_p50_seconds', replica, 0.21],
    ['hostler_engine_time_to_first_token_p95_seconds', replica, 1.44],
    ['hostler_engine_inter_token_latency_p50_seconds', replica, 0.018],
    ['hostler_engine_tokens_per_second', replica, 1234],
    ['hostler_container_memory_working_set_bytes', replica, 20 * gib],
    ['hostler_container_restarts_total', replica, 0],
    ['hostler_of_a_newer_agent', ['x'], 7],
  ])

const withServer = test.macro(async (t, body: (t: import('ava').ExecutionContext, server: ControlServer) => Promise<void>) => {
  await using server = await startControlServer()
  server.answers.fleet = troubledFleet()
  server.answers.metrics = { hosts: [busyHost()] }
  await body(t, server)
})

const table = async (server: ControlServer, words: string, options: RunOptions = {}): Promise<readonly string[]> => {
  const { stdout } = await run(words.split(' '), { credentialsFile: server.credentialsFile, ...options })
  return stdout.split('\n')
}

test('top shows how hard hosts work, and nothing of one that told nothing', withServer, async (t, server) => {
  const [head, first, second] = await table(server, 'top', { columns: 200 })
  t.regex(head ?? '', /^HOST +STATE +CPU +MEMORY +LOAD +GPUS +GPU +GPU-MEMORY +POWER +RUNNING +WAITING +TOKENS\/S +AGE$/)
  t.regex(first ?? '', /^gpu-1 +ready +25% +12.0\/512Gi +3.50 +1 +83% +126\/140Gi +412W +12 +3 +1234 +2s$/)
  t.regex(second ?? '', /^gpu-2 .*- +0 +- +-/)
})

test('top gpus names what slows a GPU down, but not that it idles', withServer, async (t, server) => {
  const [, row] = await table(server, 'top gpus', { columns: 200 })
  t.regex(row ?? '', /^gpu-1 +0 +83% +126\/140Gi +412\/700W +61C +1980MHz +hw_thermal_slowdown +2s/)
})

test('top replicas shows what engines do, in 80 columns too', withServer, async (t, server) => {
  const [head, row] = await table(server, 'top replicas', { columns: 200 })
  t.is(head, 'REPLICA  HOST   PHASE    RUNNING  WAITING   KV  TTFT-P50  TTFT-P95   ITL  TOKENS/S  MEMORY  AGE')
  t.is(row, 'ds7b-1   gpu-1  ready         12        3  92%     210ms      1.4s  18ms      1234  20.0Gi   2s')
  for (const line of await table(server, 'top replicas', { columns: 80 })) t.true(line.length <= 80, line)
})

test('top deployments shows requests a second, what went wrong, and how long a first token takes', withServer, async (t, server) => {
  const [head, row, other] = await table(server, 'top deployments', { columns: 200 })
  t.is(head, 'DEPLOYMENT  STATE     READY  REQUESTS/S  ERRORS  REFUSED  TTFT-P50  TTFT-P99  IN-FLIGHT  WAITING  TOKENS/S')
  t.regex(row ?? '', /^ds7b +degraded +1\/2 +12 +3 +7 +210ms +1.4s +5 +2 +1234$/)
  t.regex(other ?? '', /^ds70b +pending +0\/1 +- +- +- +-/)
  const missing = await run(['top', 'deployments', 'ds8b'], { credentialsFile: server.credentialsFile })
  t.regex(missing.stderr, /no deployment is named ds8b/)
})

test('a host that nobody knows is named, and an empty fleet says what to do', withServer, async (t, server) => {
  const missing = await run(['top', 'gpus', 'gpu-9'], { credentialsFile: server.credentialsFile })
  t.regex(missing.stderr, /no host is named gpu-9/)
  t.not(missing.exitCode, 0)
  server.answers.fleet = {}
  const empty = await run(['top'], { credentialsFile: server.credentialsFile })
  t.is(empty.stdout, '')
  t.regex(empty.stderr, /hostler token create/)
})

test('top --watch draws again and again on a terminal until it is stopped', withServer, async (t, server) => {
  const stop = new AbortController()
  const running = start(['top', 'replicas', '--watch', '--every', '50ms'], {
    credentialsFile: server.credentialsFile,
    tty: true,
    columns: 100,
    signal: stop.signal,
  })
  await eventually(() => running.stdout().includes('ds7b-1'), { deadlineMs: 20_000, what: 'the first table' })
  server.answers.metrics = { hosts: [told('gpu-1', 500, [['hostler_engine_requests_running', replica, 77]])] }
  await eventually(() => running.stdout().includes(' 77 '), { deadlineMs: 20_000, what: 'the next table' })
  stop.abort()
  await running.ended
  t.true(running.stdout().includes('\u001b['))
})

test('the fields that docs/cli.md gives for top are those of the JSON', withServer, async (t, server) => {
  const page = await readFile(join(packageRoot, 'docs/cli.md'), 'utf8')
  for (const kind of ['hosts', 'gpus', 'replicas', 'deployments']) {
    const { stdout } = await run(['top', kind, '-o', 'json'], { credentialsFile: server.credentialsFile })
    const items: readonly object[] = JSON.parse(stdout).items
    const documented = page.match(new RegExp(`^\\| \`top ${kind}\` \\| \`([^\`]+)\``, 'm'))?.[1]?.split(' ')
    t.deepEqual([...new Set(items.flatMap((item) => Object.keys(item)))].toSorted(), documented?.toSorted(), kind)
  }
})
