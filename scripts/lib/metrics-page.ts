import { vocabularies } from '../../agent/observe/metrics/engines/read-engine.ts'
import { distributions, type Row, scalars } from '../../agent/observe/metrics/engines/vocabulary.ts'
import { rooms } from '../../shared/metrics/catalogue.ts'
import type { Metric } from '../../shared/metrics/metric.ts'

const row = (name: string, { type, labels, help, history }: Metric): string =>
  `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(' ')} | ${help.replaceAll('|', '\\|')}${history ? ' **past**' : ''} |`

const roomTable = ({ title, served, metrics }: (typeof rooms)[keyof typeof rooms]): string =>
  `## ${title}

From the ${served}.

| metric | type | labels | meaning |
|---|---|---|---|
${Object.entries(metrics)
  .map(([name, metric]) => row(name, metric))
  .join('\n')}
`

const ours: Readonly<Record<(typeof scalars)[number] | (typeof distributions)[number], string>> = {
  running: 'hostler_engine_requests_running',
  waiting: 'hostler_engine_requests_waiting',
  kvCacheUsage: 'hostler_engine_kv_cache_usage_ratio',
  promptTokens: 'hostler_engine_prompt_tokens_total',
  generatedTokens: 'hostler_engine_generated_tokens_total',
  finished: 'hostler_engine_requests_finished_total',
  preemptions: 'hostler_engine_preemptions_total',
  timeToFirstToken: 'hostler_engine_time_to_first_token_seconds',
  interTokenLatency: 'hostler_engine_inter_token_latency_seconds',
  duration: 'hostler_engine_request_duration_seconds',
}

const theirs = (one: Row): string => {
  const names = typeof one.theirs === 'string' ? [one.theirs] : one.theirs
  return `${names.map((name) => `\`${name}\``).join(' / ')}${one.versions === 'all' ? '' : ` (${one.versions})`}`
}

const engineTable = (): string => {
  const cell = (rows: readonly Row[], figure: string) =>
    rows
      .filter((one) => one.ours === figure)
      .map(theirs)
      .join(', ')
  return `| ours | ${vocabularies.map(({ engine }) => engine).join(' | ')} |
|---${'|---'.repeat(vocabularies.length)}|
${[...scalars, ...distributions]
  .map((figure) => `| \`${ours[figure]}\` | ${vocabularies.map(({ rows }) => cell(rows, figure)).join(' | ')} |`)
  .join('\n')}

Where the names were read:

${vocabularies.flatMap(({ engine, sources }) => sources.map(({ version, read, where }) => `- ${engine} ${version}: <${where}>, read ${read}`)).join('\n')}
`
}

/** docs/metrics.md: the whole vocabulary. Pure. */
export const metricsPage = (): string => `# Metrics

Each agent and the controller serve Prometheus text at \`/metrics\`. Names are stable within a major version, units stand in the names.
This page is made from \`shared/metrics/catalogue\` and the engines' vocabularies by \`npm run generate\`.

| where | default address | setting |
|---|---|---|
| agent | \`127.0.0.1:7410\` | \`metrics.listen\` |
| controller | \`127.0.0.1:7403\` | \`metrics.listen\` |
| gateway | none | \`metrics.listen\` or \`metrics.token\` |

The listeners ask for no credentials, so they listen on the loopback unless a setting says otherwise; let a Prometheus on another machine in
through your own network's means. A port that is taken is told in the log and costs nothing but the metrics.

\`\`\`yaml
scrape_configs:
  - job_name: hostler-agent
    static_configs:
      - targets: ['gpu-01:7410', 'gpu-02:7410']
  - job_name: hostler-controller
    static_configs:
      - targets: ['controller:7403']
  - job_name: hostler-gateway          # with metrics.token; with metrics.listen it is a port of its own, without a token
    authorization:
      credentials: TOKEN
    static_configs:
      - targets: ['gateway:8080']
\`\`\`

How it is collected:

- The host, GPUs, containers and engines are looked at every 5 s (\`metrics.intervalMs\`, \`nvidiaSmi.intervalMs\`), network tables every 15 s,
  file systems every 30 s. What costs 50 to 100 ms of CPU a GPU (ECC over the board's life, row remapping, PCIe replays, NVLink, MIG) is read
  every 5 minutes (\`nvidiaSmi.healthIntervalMs\`); a report that was made for the inventory serves as well, so it may be twice as old.
- A figure that cannot be had has no series; none is ever shown as 0. A GPU that is gone takes its series with it.
- Nothing waits for what hangs: figures of a hung nvidia-smi stay, and \`hostler_gpu_sample_age_seconds\` grows. Of every other part
  \`hostler_agent_collector_age_seconds\` tells the age. An engine that does not answer within 1.5 s has \`hostler_engine_up\` 0 and no other figures.
- An engine's histograms are passed on with the engine's own buckets. Engines of different make have different bounds, and moving observations
  into bounds of ours would invent precision; \`histogram_quantile\` is right for each replica, and across replicas of one engine. The
  buckets stay with the agent, where Prometheus reads them: to the controller go sums, counts and the quantiles of the last one to two
  minutes, which \`hostler top\` shows.
- The newest figures of every host go to the controller with the heartbeat: names once a session, then numbers. It keeps the newest alone, in memory.
  Single NVLinks, like buckets, are for Prometheus and stay with the agent.
- Metrics marked **past** are kept by the agent for diagnosis: every sample for 15 minutes, one a minute for 24 hours, at most 512 series, which is
  3.3 MB. Longer history is Prometheus'.
- A gateway's histograms have buckets for LLMs: the first byte from 5 ms to 5 minutes, a whole answer from 10 ms to an hour, pieces of an answer from
  1 ms to 30 s. Only figures of replicas that are members, or still have requests, are told; counters of a replica end with it.

${Object.entries(rooms)
  .map(([name, room]) => (name === 'engine' ? `${roomTable(room)}\n### What engines call it\n\n${engineTable()}` : roomTable(room)))
  .join('\n')}`
