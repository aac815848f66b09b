import type { ReportSummary } from '../../../shared/diagnosis/report.ts'
import type { Verdict } from '../../../shared/diagnosis/verdict.ts'
import type { Language } from '../../../shared/diagnosis/words/language.ts'
import { wordsIn } from '../../../shared/diagnosis/words/words.ts'
import { phrasesIn } from '../../report/phrases/phrases.ts'
import { hostsText } from '../../report/where.ts'
import type { Tone } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince } from '../terminal/time.ts'

export const verdictTones: Readonly<Record<Verdict, Tone>> = {
  PASS: 'good',
  INFO: 'quiet',
  UNKNOWN: 'busy',
  WARNING: 'busy',
  CRITICAL: 'bad',
}

export const reportColumns = (nowUnixMs: number, language: Language): readonly Column<ReportSummary>[] => {
  const phrases = phrasesIn(language)
  const words = wordsIn(language)
  return [
    { header: 'REPORT', cell: ({ id }) => id },
    { header: 'VERDICT', cell: ({ verdict }) => phrases.verdicts[verdict], tone: ({ verdict }) => verdictTones[verdict] },
    { header: 'SUBJECT', cell: ({ subject }) => subject, rank: 3 },
    { header: 'BECAUSE', cell: ({ trigger }) => trigger, rank: 1 },
    { header: 'AGE', cell: ({ atUnixMs }) => ageSince(atUnixMs, nowUnixMs), right: true, rank: 4 },
    { header: 'HOSTS', cell: ({ hosts }) => hostsText(hosts, phrases), rank: 2, least: 10 },
    { header: 'HEADLINE', cell: ({ headline }) => (headline ? words.finding(headline.finding).title : ''), least: 20, rank: 5 },
  ]
}
