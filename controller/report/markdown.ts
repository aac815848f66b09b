/** A report in Markdown, for tickets and wikis. Pure. */
import type { FaultReport } from '../../shared/diagnosis/report.ts'
import type { Language } from '../../shared/diagnosis/words/language.ts'
import { plainLine } from '../cli/terminal/width.ts'
import { times } from './incident-view.ts'
import { meshReadings } from './mesh-reading.ts'
import { type FindingView, type ReportView, viewOf } from './view.ts'

type Lines = readonly string[]

const mostTimelineRows = 200

/** What hosts and engines wrote must not become markup. */
const escaped = (text: string): string => plainLine(text).replaceAll(/[\\`*_{}[\]<>#|~]/g, '\\$&')

/** In a fence longer than any within, so that nothing in the text ends it. */
const fenced = (lines: Lines, language = ''): Lines => {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, ...lines.map((line) => line.replaceAll(/[\r\n]+/g, ' ')), fence]
}

const table = (header: Lines, rows: readonly Lines[]): Lines => [
  `| ${header.map(escaped).join(' | ')} |`,
  `|${header.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.map(escaped).join(' | ')} |`),
]

const details = (summary: string, body: Lines): Lines =>
  body.length === 0 ? [] : ['', `<details><summary>${escaped(summary)}</summary>`, '', ...body, '', '</details>']

const findingLines = (view: FindingView, { phrases }: ReportView): Lines => {
  const { labels } = phrases
  return [
    '',
    `### ${phrases.verdicts[view.verdict]} — ${escaped(view.where)}`,
    '',
    `**${escaped(view.title)}** (${view.code}, ${view.confidence})`,
    ...(view.why === '' ? [] : ['', escaped(view.why)]),
    ...(view.remedies.length === 0 ? [] : ['', `${labels.remedies}:`, '']),
    ...view.remedies.flatMap(({ text, command }, index) => [
      `${index + 1}. ${escaped(text)}`,
      ...(command === '' ? [] : ['', ...fenced(command.split('\n'), 'sh').map((line) => `   ${line}`), '']),
    ]),
    ...details(
      labels.evidence,
      view.evidence.flatMap(({ host, source, lines }) => [
        `${host === '' ? '' : `${escaped(host)} · `}${escaped(source)}`,
        '',
        ...fenced(lines),
        '',
      ]),
    ),
    ...details(
      labels.ruledOut,
      view.ruledOut.map((cause) => `- ${escaped(cause)}`),
    ),
  ]
}

const incidentLines = ({ incidents, phrases }: ReportView): Lines =>
  incidents.flatMap((incident) => [
    '',
    `- ${phrases.verdicts[incident.verdict]} · ${incident.began} · **${phrases.labels.root}: ${escaped(incident.root)}**`,
    ...incident.steps.map((step) => `  - ${step.after} · ${escaped(step.where)}: ${escaped(step.text)}${times(step.times)}`),
    ...incident.found.map((title) => `  - ${phrases.labels.found}: ${escaped(title)}`),
    ...incident.ruledOut.map((cause) => `  - ${phrases.labels.ruledOut}: ${escaped(cause)}`),
    ...(incident.doubt === '' ? [] : [`  - ${incident.doubt}`]),
  ])

const meshLines = ({ report: { mesh }, phrases }: ReportView): Lines => {
  if (!mesh) return []
  const readings = meshReadings(mesh)
  const cell = (from: string, to: string): string => {
    const reading = readings.get(from)?.get(to)
    if (from === to) return ''
    const figures = [
      reading?.mbps === undefined ? '' : phrases.mbps(reading.mbps),
      reading?.latencyMs === undefined ? '' : phrases.ms(reading.latencyMs),
    ].filter((text) => text !== '')
    return figures.length === 0 ? phrases.labels.notMeasured : figures.join(', ')
  }
  return [
    '',
    phrases.meshReading,
    '',
    ...table(
      [`${phrases.labels.from} \\ ${phrases.labels.to}`, ...mesh.hosts],
      mesh.hosts.map((from) => [from, ...mesh.hosts.map((to) => cell(from, to))]),
    ),
  ]
}

export const reportMarkdown = (report: FaultReport, language: Language): string => {
  const view = viewOf(report, language)
  const { phrases, facts, findings, timeline, unknown, away, passed, notes } = view
  const { labels } = phrases
  const section = (title: string, body: Lines): Lines => (body.length === 0 ? [] : ['', `## ${title}`, ...body])
  return [
    `# ${phrases.verdicts[report.verdict]} — ${escaped(view.line)}`,
    '',
    ...table(
      [phrases.reportTitle, ''],
      facts.map(({ label, value }) => [label, value]),
    ),
    ...section(
      labels.findings,
      findings.flatMap((finding) => findingLines(finding, view)),
    ),
    ...section(labels.incidents, incidentLines(view)),
    ...section(labels.mesh, meshLines(view)),
    ...section(labels.notLooked, [
      ...(away.length > 0 ? ['', ...away.map(({ host, text }) => `- ${escaped(phrases.about(host, text))}`)] : []),
      ...unknown.flatMap((finding) => findingLines(finding, view)),
    ]),
    ...section(
      labels.timeline,
      timeline.length === 0
        ? []
        : [
            '',
            ...table(
              [labels.time, labels.host, labels.source, labels.event],
              timeline.slice(-mostTimelineRows).map(({ at, host, source, text }) => [at, host, source, text]),
            ),
          ],
    ),
    ...section(
      labels.passed,
      passed.length === 0
        ? []
        : ['', ...passed.map(({ host, checks }) => `- ${escaped(phrases.about(host, phrases.listOf(checks.map(({ title }) => title))))}`)],
    ),
    ...section(labels.notes, notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${escaped(note)}`)]),
  ].join('\n')
}
