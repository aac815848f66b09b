import type { FaultReport } from '../../../shared/diagnosis/report.ts'
import type { Language } from '../../../shared/diagnosis/words/language.ts'
import { wordsIn } from '../../../shared/diagnosis/words/words.ts'
import { changesBetween, type ReportChange } from '../../domain/report/changes.ts'
import { phrasesIn } from '../../report/phrases/phrases.ts'
import { whereText } from '../../report/where.ts'
import type { Paint } from '../terminal/colour.ts'
import { plainLine } from '../terminal/width.ts'
import { verdictTones } from './report-list.ts'

/** What changed since the last look, a line each; empty when nothing did. */
export const changeLines = (before: FaultReport, after: FaultReport, language: Language, paint: Paint): readonly string[] => {
  const phrases = phrasesIn(language)
  const words = wordsIn(language)
  const lineOf = (change: ReportChange): string => {
    if (!('found' in change)) {
      if (change.kind === 'back') return `${paint('good', '−')} ${plainLine(phrases.back(change.host))}`
      const problem = after.hosts.find(({ name }) => name === change.host)?.problem
      return `${paint('bad', '!')} ${plainLine(phrases.about(change.host, problem ? phrases.away(problem.code, problem.message) : ''))}`
    }
    const { host, finding } = change.found
    const text = plainLine(phrases.about(whereText([host], finding.subject, phrases), words.finding(finding).title))
    const verdict = paint(verdictTones[finding.verdict], phrases.verdicts[finding.verdict])
    switch (change.kind) {
      case 'new':
        return `${paint('bad', '+')} ${verdict}  ${text}`
      case 'gone':
        return `${paint('good', '−')} ${phrases.verdicts[finding.verdict]}  ${text}`
      case 'changed':
        return `~ ${change.before ? `${phrases.verdicts[change.before.finding.verdict]} → ` : ''}${verdict}  ${text}`
    }
  }
  return changesBetween(before, after).map(lineOf)
}
