import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run as runProgram } from '../../test/lab/process.ts'
import type { BenchRun } from '../bench.ts'
import { cpuBetween, cpuTimesOf } from '../measure/process-tree.ts'
import { median, medianRatio, spread } from '../measure/statistics.ts'
import type { PartResult } from './gateway.ts'
import { type Contest, clientKey, inTurn, requestModel, type Target } from './target.ts'

const connections = 64
const bodyBytes = 250
/** Whatever the measurement's length: until then the code is being compiled. */
const warmUpSeconds = 6

/** A chat completion of exactly that many bytes. */
export const requestBody = (): string => {
  const withContent = (content: string) =>
    JSON.stringify({ model: requestModel, messages: [{ role: 'user', content }], max_tokens: 64, temperature: 0.2, stream: false })
  return withContent('word '.repeat(bodyBytes).slice(0, bodyBytes - withContent('').length))
}

const script = (): string => `\
wrk.method = 'POST'
wrk.body = '${requestBody()}'
wrk.headers['Content-Type'] = 'application/json'
wrk.headers['Authorization'] = 'Bearer ${clientKey}'
done = function(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  io.write(string.format('RESULT {"requests":%d,"errors":%d,"micros":%d,"p50Micros":%d,"p99Micros":%d}\\n',
    summary.requests, errors, summary.duration, latency:percentile(50), latency:percentile(99)))
end
`

/** For wrk; returns the file. */
export const writeScript = async (directory: string): Promise<string> => {
  const file = join(directory, 'post.lua')
  await writeFile(file, script())
  return file
}

interface Load {
  readonly requests: number
  readonly errors: number
  readonly micros: number
  readonly p50Micros: number
  readonly p99Micros: number
}

/** Requests as fast as they are answered. Rejects when one of them fails. */
export const load = async (target: Target, scriptFile: string, seconds: number): Promise<Load> => {
  const url = `http://127.0.0.1:${target.requestPort}/v1/chat/completions`
  const headers = Object.entries(target.requestHeaders ?? {}).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, ...headers, '-s', scriptFile, url]
  const { stdout } = await runProgram('wrk', args, { deadlineMs: seconds * 1000 + 20_000 })
  const result = JSON.parse(/^RESULT (.*)$/m.exec(stdout)?.[1] ?? '{}') as Load
  if (!(result.requests > 0) || result.errors > 0)
    throw new Error(`${target.name} failed requests of wrk:\n${stdout}\n${target.lastWords()}`)
  return result
}

interface Round {
  readonly cpuMicros: number
  /** The part of it in the kernel. */
  readonly systemMicros: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const measureRound = async (target: Target, scriptFile: string, seconds: number): Promise<Round> => {
  const before = cpuTimesOf(target.pid)
  const { requests, micros, p50Micros, p99Micros } = await load(target, scriptFile, seconds)
  const { withChildrenMs, systemMs } = cpuBetween(before, cpuTimesOf(target.pid))
  return {
    cpuMicros: (withChildrenMs * 1000) / requests,
    systemMicros: (systemMs * 1000) / requests,
    perSecond: requests / (micros / 1e6),
    p50Ms: p50Micros / 1000,
    p99Ms: p99Micros / 1000,
  }
}

/** CPU time per request: 64 connections that are kept, a 250-byte POST, the gateways in turn. */
export const measureRequests = async ({ targets }: Contest, run: BenchRun): Promise<PartResult> => {
  const rounds = run.rounds ?? 5
  const seconds = run.seconds ?? 4
  const scriptFile = await writeScript(run.directory)
  run.say(`requests: warming up, then ${rounds} rounds of ${seconds} s for each of ${targets.map(({ name }) => name).join(', ')}`)
  for (const target of targets) await load(target, scriptFile, warmUpSeconds)
  const results = new Map(targets.map(({ name }) => [name, [] as Round[]]))
  for (let round = 0; round < rounds; round++) {
    for (const target of inTurn(targets, round)) {
      run.signal.throwIfAborted()
      const result = await measureRound(target, scriptFile, seconds)
      run.say(`requests: round ${round + 1}: ${target.name} ${result.cpuMicros.toFixed(1)} us of CPU`)
      results.get(target.name)?.push(result)
    }
  }
  const cpu = (name: Target['name']) => (results.get(name) ?? []).map(({ cpuMicros }) => cpuMicros)
  return {
    figures: {
      cpuMicrosPerRequest: median(cpu('hostler')),
      nginxCpuMicrosPerRequest: median(cpu('nginx')),
      haproxyCpuMicrosPerRequest: median(cpu('haproxy')),
      cpuPerRequestVsNginx: medianRatio(cpu('hostler'), cpu('nginx')),
      portkeyCpuMicrosPerRequest: median(cpu('portkey')),
      cpuPerRequestVsHaproxy: medianRatio(cpu('hostler'), cpu('haproxy')),
      cpuPerRequestVsPortkey: medianRatio(cpu('hostler'), cpu('portkey')),
      requestsPerSecond: median((results.get('hostler') ?? []).map(({ perSecond }) => perSecond)),
    },
    table: {
      columns: ['per request', 'CPU us: median (range)', 'of it in the kernel', 'requests/s', 'P50 ms', 'P99 ms'],
      rows: [...results].map(([name, all]) => [
        name,
        spread(all.map(({ cpuMicros }) => cpuMicros)),
        median(all.map(({ systemMicros }) => systemMicros)).toFixed(1),
        median(all.map(({ perSecond }) => perSecond)).toFixed(0),
        median(all.map(({ p50Ms }) => p50Ms)).toFixed(2),
        median(all.map(({ p99Ms }) => p99Ms)).toFixed(2),
      ]),
    },
    notes: [
      `requests: wrk, ${connections} connections that are kept, ${bodyBytes}-byte POST, ${rounds} rounds of ${seconds} s in turn; ` +
        'nginx least_conn and HAProxy leastconn with one worker read neither the key nor the model; Portkey (TypeScript) has one engine and reads the model',
      'requests: latency here is that of a closed loop at saturation, so it says little; CPU time is the figure',
    ],
  }
}
