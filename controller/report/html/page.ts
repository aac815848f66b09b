/** A report as one page that needs nothing else: no network, no fonts, no scripts. Pure. */
import { version } from '../../../shared/config/version.ts'
import type { FaultReport } from '../../../shared/diagnosis/report.ts'
import { type Verdict, worstOf } from '../../../shared/diagnosis/verdict.ts'
import type { Language } from '../../../shared/diagnosis/words/language.ts'
import { type ReportView, viewOf } from '../view.ts'
import { momentText } from '../where.ts'
import { findingCard, seenBlock } from './findings.ts'
import { incidentCard } from './incidents.ts'
import { html, type Markup, when } from './markup.ts'
import { meshFigure } from './mesh.ts'
import { badge, bullets, folded, section } from './parts.ts'
import { plots } from './plots.ts'
import { style } from './style.ts'
import { timelineFigure } from './timeline.ts'

const mostTimelineRows = 500

const hostVerdict = ({ results, problem }: FaultReport['hosts'][number]): Verdict =>
  problem || results.length === 0 ? 'UNKNOWN' : worstOf(results.map(({ verdict }) => verdict))

const header = ({ report, phrases, line, facts }: ReportView): Markup => html`<header>
<div class="kicker">${badge(report.verdict, phrases)}<span>${phrases.reportTitle} · ${phrases.subjects[report.subject]} · ${momentText(report.atUnixMs)}</span></div>
<h1>${line}</h1>
<dl class="facts">${facts
  .filter(({ label }) => label !== phrases.labels.hosts)
  .map(({ label, value }) => html`<div class="${value.length > 30 ? 'long' : ''}"><dt>${label}</dt><dd>${value}</dd></div>`)}
<div class="wide"><dt>${phrases.labels.hosts}</dt><dd class="hosts">${report.hosts.map(
  (host) => html`<span class="host ${hostVerdict(host)}" title="${phrases.verdicts[hostVerdict(host)]}"><i></i>${host.name}</span>`,
)}</dd></div></dl>
</header>`

const timelineTable = ({ timeline, phrases: { labels } }: ReportView): Markup =>
  folded(`${labels.timeline} (${timeline.length})`, [
    html`<table><thead><tr><th>${labels.time}</th><th>${labels.host}</th><th>${labels.source}</th><th>${labels.event}</th></tr></thead><tbody>${timeline
      .slice(-mostTimelineRows)
      .map(
        ({ at, host, source, text, line }) =>
          html`<tr><td class="fit">${at}</td><td class="fit">${host}</td><td class="fit">${source}</td><td>${text}${when(line !== '', () => html`<code>${line}</code>`)}</td></tr>`,
      )}</tbody></table>`,
  ])

const notLooked = ({ away, unknown, phrases }: ReportView): readonly Markup[] => [
  ...(away.length === 0
    ? []
    : [html`<article class="card toned UNKNOWN">${bullets(away.map(({ host, text }) => phrases.about(host, text)))}</article>`]),
  ...unknown.map((finding) => findingCard(finding, phrases)),
]

const passed = ({ passed: hosts, phrases }: ReportView): readonly Markup[] => {
  const groups = Map.groupBy(hosts, ({ checks }) => checks.map(({ title }) => title).join('\n'))
  return [...groups.values()].map(
    (
      group,
    ) => html`<article class="card"><div class="head"><span class="where">${phrases.listOf(group.map(({ host }) => host))}</span></div>
<ul class="checks">${(group[0]?.checks ?? []).map(({ title }) => html`<li>${title}</li>`)}</ul>
${folded(
  phrases.labels.evidence,
  group.flatMap(({ host, checks }) =>
    checks.flatMap(({ looked }) => looked.map((seen) => seenBlock(seen, group.length > 1 ? host : '', phrases))),
  ),
)}</article>`,
  )
}

export const reportPage = (report: FaultReport, language: Language): string => {
  const view = viewOf(report, language)
  const { phrases, findings, incidents, notes } = view
  const { labels } = phrases
  const title = `${phrases.verdicts[report.verdict]} · ${view.line}`
  return html`<!doctype html>
<html lang="${phrases.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main>
${header(view)}
${section(
  labels.findings,
  findings.map((finding) => findingCard(finding, phrases)),
)}
${section(
  labels.incidents,
  incidents.map((incident) => incidentCard(incident, phrases)),
)}
${section(labels.timeline, view.timeline.length === 0 ? [] : [timelineFigure(view), timelineTable(view)])}
${section(labels.mesh, report.mesh && report.mesh.hosts.length > 1 ? [meshFigure(report.mesh, phrases)] : [])}
${section(labels.series, report.series.length === 0 ? [] : [html`<div class="plots">${plots(view)}</div>`])}
${section(labels.notLooked, notLooked(view))}
${section(labels.passed, passed(view))}
${section(labels.notes, notes.length === 0 ? [] : [bullets(notes)])}
<footer><span>${report.id}</span><span>Hostler ${version}</span></footer>
</main>
</body>
</html>`.markup
}
