/** A report for a terminal. Pure. */

import type { FaultReport } from '../../shared/diagnosis/report.ts'
import type { Verdict } from '../../shared/diagnosis/verdict.ts'
import type { Language } from '../../shared/diagnosis/words/language.ts'
import type { Paint, Tone } from '../cli/terminal/colour.ts'
import { padEnd, plainLine, textWidth, wrap } from '../cli/terminal/width.ts'
import { times } from './incident-view.ts'
import { meshText } from './mesh-text.ts'
import { type FindingView, type ReportView, viewOf } from './view.ts'

export interface TextOptions {
  readonly language: Language
  /** Columns; undefined: nothing is broken into lines. */
  readonly width: number | undefined
  readonly paint: Paint
  /** All evidence and the whole timeline. */
  readonly full: boolean
}

const tones: Readonly<Record<Verdict, Tone>> = { PASS: 'good', INFO: 'quiet', UNKNOWN: 'busy', WARNING: 'busy', CRITICAL: 'bad' }
const mostEvidenceLines = 6
const mostTimelineRows = 20

type Lines = readonly string[]

const drawing = ({ width, paint }: TextOptions) => {
  const room = (indent: number): number => (width === undefined ? Number.POSITIVE_INFINITY : Math.max(30, Math.min(width, 120) - indent))
  const block = (indent: number, text: string, tone?: Tone): Lines =>
    wrap(plainLine(text), room(indent)).map((line) => ' '.repeat(indent) + paint(tone, line))
  const heading = (text: string): Lines => ['', paint('strong', text)]
  return { block, heading, paint }
}

const findingLines = (view: FindingView, { phrases }: ReportView, options: TextOptions): Lines => {
  const { block, paint } = drawing(options)
  const { labels } = phrases
  const label = (text: string): Lines => [`  ${paint('quiet', text)}`]
  const evidence = view.evidence.flatMap(({ source, lines, host }) => {
    const shown = options.full ? lines : lines.slice(0, mostEvidenceLines)
    const rest = lines.length - shown.length
    return [
      `    ${paint('quiet', plainLine(`${host} ${source}`))}`,
      ...shown.map((line) => `      ${plainLine(line)}`),
      ...(rest > 0 ? [`      ${paint('quiet', phrases.moreLines(rest))}`] : []),
    ]
  })
  return [
    '',
    `${paint(tones[view.verdict], phrases.verdicts[view.verdict])}  ${paint('strong', plainLine(view.where))}  ${paint('quiet', `${view.code} · ${view.confidence}`)}`,
    ...block(2, view.title),
    ...block(2, view.why, 'quiet'),
    ...(view.remedies.length === 0 ? [] : label(labels.remedies)),
    ...view.remedies.flatMap(({ text, command }, index) => [
      ...block(4, `${index + 1}. ${text}`),
      ...(command === '' ? [] : command.split('\n').map((line) => `       $ ${plainLine(line)}`)),
    ]),
    ...(evidence.length === 0 ? [] : [...label(labels.evidence), ...evidence]),
    ...(view.ruledOut.length === 0 ? [] : label(labels.ruledOut)),
    ...view.ruledOut.flatMap((cause) => block(4, `− ${cause}`)),
  ]
}

const incidentLines = (view: ReportView, options: TextOptions): Lines => {
  const { block, paint, heading } = drawing(options)
  const { labels, verdicts } = view.phrases
  if (view.incidents.length === 0) return []
  return [
    ...heading(labels.incidents),
    ...view.incidents.flatMap((incident) => [
      '',
      `${paint(tones[incident.verdict], verdicts[incident.verdict])}  ${paint('quiet', incident.began)}`,
      ...block(2, view.phrases.about(labels.root, incident.root)),
      ...incident.steps.flatMap((step) => block(4, `${step.after} · ${view.phrases.about(step.where, step.text)}${times(step.times)}`)),
      ...incident.found.flatMap((title) => block(2, view.phrases.about(labels.found, title))),
      ...(incident.ruledOut.length === 0 ? [] : block(2, labels.ruledOut, 'quiet')),
      ...incident.ruledOut.flatMap((cause) => block(4, `− ${cause}`)),
      ...(incident.doubt === '' ? [] : block(2, incident.doubt, 'quiet')),
    ]),
  ]
}

const timelineLines = (view: ReportView, options: TextOptions): Lines => {
  const { paint, heading } = drawing(options)
  const { timeline, phrases } = view
  if (timeline.length === 0) return []
  const shown = options.full ? timeline : timeline.slice(-mostTimelineRows)
  const hostWidth = Math.max(...shown.map(({ host }) => textWidth(plainLine(host))))
  const sourceWidth = Math.max(...shown.map(({ source }) => textWidth(source)))
  return [
    ...heading(phrases.labels.timeline),
    ...(shown.length < timeline.length ? [`  ${paint('quiet', phrases.moreLines(timeline.length - shown.length))}`] : []),
    ...shown.map(
      ({ at, host, source, text }) =>
        `  ${paint('quiet', at)}  ${padEnd(plainLine(host), hostWidth)}  ${paint('quiet', padEnd(source, sourceWidth))}  ${plainLine(text)}`,
    ),
  ]
}

const unknownLines = (view: ReportView, options: TextOptions): Lines => {
  const { block, heading, paint } = drawing(options)
  const { unknown, away, phrases } = view
  if (unknown.length + away.length === 0) return []
  return [
    ...heading(phrases.labels.notLooked),
    ...away.flatMap(({ host, text }) => block(2, phrases.about(host, text))),
    ...unknown.flatMap(({ where, title, why, remedies }) => [
      ...block(2, phrases.about(where, title)),
      ...block(4, why, 'quiet'),
      ...remedies.flatMap(({ command }) => (command === '' ? [] : [`    $ ${paint(undefined, plainLine(command))}`])),
    ]),
  ]
}

const passedLines = (view: ReportView, options: TextOptions): Lines => {
  const { block, heading } = drawing(options)
  const { passed, phrases } = view
  if (passed.length === 0) return []
  const groups = Map.groupBy(passed, ({ checks }) => checks.map(({ title }) => title).join('\n'))
  return [
    ...heading(phrases.labels.passed),
    ...[...groups].flatMap(([checks, hosts]) => [
      ...block(2, phrases.listOf(hosts.map(({ host }) => host))),
      ...checks.split('\n').flatMap((title) => block(4, `✓ ${title}`)),
    ]),
  ]
}

/** The verdict in one line. */
export const verdictLine = (report: FaultReport, language: Language, paint: Paint): string => {
  const { phrases, line } = viewOf(report, language)
  return `${paint(tones[report.verdict], phrases.verdicts[report.verdict])}  ${plainLine(line)}`
}

/** The report in lines, the verdict first. */
export const reportText = (report: FaultReport, options: TextOptions): string[] => {
  const view = viewOf(report, options.language)
  const { paint, block, heading } = drawing(options)
  const { phrases, facts, findings, notes } = view
  const word = phrases.verdicts[report.verdict]
  const indent = textWidth(word) + 2
  const head = wrap(plainLine(view.line), options.width === undefined ? Number.POSITIVE_INFINITY : options.width - indent).map(
    (line, index) =>
      index === 0 ? `${paint(tones[report.verdict], word)}  ${paint('strong', line)}` : `${' '.repeat(indent)}${paint('strong', line)}`,
  )
  const labelWidth = Math.max(...facts.map(({ label }) => textWidth(label)))
  return [
    ...head,
    '',
    ...facts.map(({ label, value }) => `${paint('quiet', padEnd(label, labelWidth))}  ${plainLine(value)}`),
    ...(findings.length === 0 ? [] : heading(phrases.labels.findings)),
    ...findings.flatMap((finding) => findingLines(finding, view, options)),
    ...incidentLines(view, options),
    ...(report.mesh ? [...heading(phrases.labels.mesh), ...meshText(report.mesh, phrases, options.width)] : []),
    ...timelineLines(view, options),
    ...unknownLines(view, options),
    ...passedLines(view, options),
    ...(notes.length === 0 ? [] : heading(phrases.labels.notes)),
    ...notes.flatMap((note) => block(2, note)),
  ]
}
