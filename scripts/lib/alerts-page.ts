import type { AlertRule } from '../../controller/domain/alert/rule.ts'
import { rulesOf } from '../../controller/domain/alert/rules.ts'
import { signals } from '../../controller/domain/alert/signals/signals.ts'
import { subjectOf } from '../../controller/domain/alert/subject.ts'
import { formatValue } from '../../controller/domain/alert/text.ts'
import { describeDuration } from '../../shared/units/duration.ts'

const head = `# Alerts

The controller looks at alert rules every 5 s (\`alerts.intervalMs\`). A rule that holds for a series (a host, a GPU, a deployment) makes an
alert: **pending** until it has held for the time of \`for\`, then **firing**, and **resolved** once it has been clear for the time of
\`keepFiring\`. Both are events, and receivers are told of both.

\`\`\`
hostler alert list                       # what fires, the worst first; --all: also what is over; --check: exit code 10 or 11
hostler alert show ID                    # what it means and what to do; --lang zh
hostler alert silence host=gpu-0* --for 2h --comment "new power supplies"
hostler alert rules                      # all rules with their thresholds
hostler alert test pager                 # tells a receiver that this is a test
hostler alert export --file rules.yml    # the same rules for Prometheus
\`\`\`

This page is made from the rules by \`npm run generate\`.

## Who is told

Without a receiver nobody is told. A receiver is a document for \`hostler apply -f\`:

\`\`\`yaml
kind: AlertReceiver
name: pager
severities: [critical]              # critical, warning, info; default: critical and warning
match: [deployment=ds*]             # all have to fit; * stands for any text; != for "not"
groupBy: [alertname, deployment]    # what is told together
groupWait: 30s                      # a first alert waits for company
groupInterval: 5m                   # least time between two notices of a group
repeat: 4h                          # what still fires is told again
language: en                        # or zh
webhook:
  url: https://pager.example.org/hostler
  hmacSecret: pager-key
\`\`\`

Every receiver that an alert fits is told. [examples/alerts.yaml](examples/alerts.yaml) has one of each kind.

- **webhook**: a POST of JSON with the fields of Alertmanager's webhooks (version 4), and \`noticeId\`, \`noticeKind\` (news or repeat) and each alert's
  \`value\`. \`Idempotency-Key\` is the notice's id, the same at each attempt. With \`hmacSecret\`, \`X-Hostler-Signature\` is \`sha256=\` and the hex HMAC-SHA256 of
  \`X-Hostler-Timestamp\`, a dot and the body. Where the URL itself is a secret: \`urlSecret\`.
- **email**: SMTP with STARTTLS (\`tls: required\`, the default), TLS from the start (\`implicit\`) or none, and a log-in. Notices of a group are one thread.
- **alertmanager**: \`POST /api/v2/alerts\`. Grouping, waiting and repeating are its business, so it is told at once and of everything it fits; what fires is
  sent again every \`resend\` (1 min) with an \`endsAt\` of four times that, so that it ends by itself when the controller is gone for good.

Secrets are files in \`alerts.secretsDir\` (default: \`secrets/\` in the controller's data directory), named in documents and never shown or logged; they
are read at each use.

A notice is stored, in the same step as what the receiver is then taken to know, before it is sent. It is sent until it is taken: after 5 s, then twice as
long each time up to 5 minutes, for a day (\`alerts.giveUpMs\`), over restarts of the controller too; then it is given up with the event AlertNoticeFailed. On
the wire it may come twice (a crash between sending and noting), under the same id. What a receiver says is wrong with the body itself (400, 413, 422;
5xx of a mail server for all recipients) is given up at once. \`hostler alert notices\` shows what was sent and what waits.

## Silences

\`hostler alert silence MATCHERS --for DURATION\` holds back news of alerts whose labels fit all matchers (\`alertname\` is the rule, \`severity\` the severity);
an alert's id stands for exactly that alert. Alerts go on being looked at and listed. The end of what was told before a silence is told in it; what
still fires when it ends is told then. Who made it, until when and why: \`hostler alert silences\`. It ends early with \`hostler alert unsilence ID\`.

## One cause is told once

\`inhibitedBy\` names rules that explain a rule: while one of them fires with the same values of the \`equal\` labels, news is held back as by a silence. So a
lost host speaks for its GPUs and replicas, and the mass-failure brake for all lost hosts. Rules that would explain each other in a circle are refused.

## When nothing is known

A host that is silent, figures older than a minute, a window that was not lived through yet after a start of the controller: of these a rule says neither
yes nor no. A pending alert begins anew; a firing one stays for an hour and is then given up as \`no-data\` (\`noData: resolve\`: at once). A series that is
gone because its GPU, replica or host is gone is clear. Time in which the controller did not look (more than a minute between two looks, a clock that
was set) counts neither for \`for\` nor for \`keepFiring\`.

## Rules of your own

A document of the kind AlertRule with the name of a built-in rule changes what it gives and leaves the rest; \`enabled: false\` turns it off. Any other name is a
rule of your own, on a **metric** of hosts ([metrics.md](metrics.md)) or a **signal** (below):

| field | meaning |
|---|---|
| \`metric\`, \`per\`, \`where\`, \`over\` | series of a metric, divided by another one with the same labels, those with these labels (\`*\`: any text); a counter counts by its growth within \`over\` |
| \`signal\`, \`over\`, \`quantile\`, \`minRequests\`, \`kvAbove\` | a signal and what it heeds |
| \`above\` or \`below\`, \`clear\` | the threshold, and where a firing alert ends |
| \`for\`, \`keepFiring\`, \`noData\` | times, and what becomes of an alert of which nothing is known |
| \`severity\`, \`labels\`, \`by\` | critical, warning or info; labels for routing; one alert for all series that share these labels |
| \`annotations\` | \`summary\`, \`description\`, \`remedy\`, and the same in Chinese under \`zh\`, with \`{{host}}\` or any other label, \`{{value}}\`, \`{{threshold}}\`, \`{{for}}\`, \`{{over}}\` |
| \`inhibitedBy\`, \`runbook\`, \`enabled\` | see above |

A metric or signal that does not exist, a threshold that nothing can reach, a label that a series does not have are refused with the line and what would be
right.

## Where the seed's thresholds mislead

- *GPU memory over 90 % for 10 minutes*: engines take about 90 % when they start, so the bare figure always fires. \`gpu-memory\` counts only while the KV
  cache of the engine is nearly full, or while others than replicas of Hostler hold more than half of the GPU. An engine that does not tell its KV cache
  (llama.cpp since b6000) is left out.
- *P99 over 500 ms*: a whole answer of a language model always takes longer. \`slow-first-token\` is about the first token; for whole answers write a rule on
  \`traffic.duration-ms\`.
- *More than 2 hosts unavailable*: as it is; hosts that were cordoned on purpose do not count.

## What it costs

All built-in rules on hosts of 8 GPUs with an engine on each (about 280 series a host), CPU of the controller, on a virtual machine of two cores that were busy with other work:
5 ms a look with 100 hosts, 39 ms with 1,000 (0.8 % of a core at 5 s), 145 ms with 5,000 (2.9 %). The first look after a start finds where each series stands and
takes up to ten times as long. A look that changes nothing writes nothing but, every 30 s, up to when alerts were looked at.

## Prometheus

\`hostler alert export\` writes a rule file that \`promtool check rules\` accepts, on the names of [metrics.md](metrics.md); it needs agents and controller to be
scraped, and Prometheus 2.42 or newer. \`clear\` has no counterpart there, and inhibition belongs to Alertmanager: the file has the lines for its configuration
as a comment. \`-f FILE\` exports without a controller.
`

const conditionOf = (rule: AlertRule): string => {
  const { source, compare, threshold, clear, quantile, overMs } = rule
  const unit = subjectOf(rule.source)?.unit ?? 'count'
  const where = Object.entries(source.where).map(([name, value]) => `${name}=${value}`)
  const heeds = source.kind === 'signal' ? (signals[source.signal]?.options ?? []) : subjectOf(source)?.counter ? ['over'] : []
  const what = source.kind === 'signal' ? source.signal : source.per === undefined ? source.metric : `${source.metric} / ${source.per}`
  return [
    `\`${what}\``,
    ...(where.length === 0 ? [] : [`(${where.join(', ')})`]),
    ...(heeds.includes('quantile') ? [`P${quantile * 100}`] : []),
    ...(heeds.includes('over') ? [`within ${describeDuration(overMs)}`] : []),
    unit === 'flag' ? 'is 1' : `${compare} ${formatValue(unit, threshold)}`,
    ...(clear === threshold ? [] : [`(clear at ${formatValue(unit, clear)})`]),
  ].join(' ')
}

const shown = (text: string): string => text.replaceAll('|', '\\|')

const ruleSection = (rule: AlertRule): string => {
  const { name, severity, forMs, annotations, inhibitedBy } = rule
  const { en, zh } = annotations
  const explained = inhibitedBy.map((one) =>
    one.equal.length === 0 ? `\`${one.rule}\`` : `\`${one.rule}\` of the same ${one.equal.join(' and ')}`,
  )
  return `### ${name}

| | |
|---|---|
| severity | ${severity} |
| holds | ${shown(conditionOf(rule))}${forMs === 0 ? '' : ` for ${describeDuration(forMs)}`} |
| explained by | ${explained.join(', ') || 'nothing'} |
| says | ${shown(en.summary)} |
| means | ${shown(en.description)} |
| remedy | ${shown(en.remedy)} |
| 说明 | ${shown(zh?.summary ?? '')}。${shown(zh?.description ?? '')} |
| 处理 | ${shown(zh?.remedy ?? '')} |
`
}

/** docs/alerts.md: what alerts are, every built-in rule and every signal. Pure. */
export const alertsPage = (): string => {
  const sections = [...rulesOf([]).rules.values()].map(ruleSection).join('\n')
  const rows = Object.entries(signals).map(
    ([name, { help, unit, labels, options }]) =>
      `| \`${name}\` | ${unit} | ${labels.map((label) => `\`${label}\``).join(' ')} | ${options.map((option) => `\`${option}\``).join(' ')} | ${help} |`,
  )
  return `${head}
## Signals

What the controller knows beside bare metrics, or what several metrics say together.

| signal | unit | labels | heeds | meaning |
|---|---|---|---|---|
${rows.join('\n')}

## Built-in rules

${sections}`
}
