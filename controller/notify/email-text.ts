/** An e-mail about alerts, for people. Pure. */
import type { Notice, NoticeAlert } from '../domain/alert/model.ts'
import type { AlertReceiver } from '../domain/alert/receiver-schema.ts'
import { severities } from '../domain/alert/severity.ts'

type Language = AlertReceiver['language']

const words = {
  en: {
    firing: 'FIRING',
    resolved: 'RESOLVED',
    again: 'still firing',
    what: 'What to do',
    since: 'Since',
    until: 'Until',
    more: (count: number) => ` (+${count} more)`,
  },
  zh: {
    firing: '告警',
    resolved: '已恢复',
    again: '仍在告警',
    what: '处理建议',
    since: '开始',
    until: '结束',
    more: (count: number) => `（另有 ${count} 条）`,
  },
} as const

const summaryOf = ({ texts }: NoticeAlert, language: Language): string => (texts[language] ?? texts.en).summary

/** The worst first, and what fires before what is over. */
const inOrder = ({ alerts }: Notice): readonly NoticeAlert[] =>
  alerts.toSorted(
    (a, b) =>
      Number(a.status === 'resolved') - Number(b.status === 'resolved') || severities.indexOf(a.severity) - severities.indexOf(b.severity),
  )

export const subjectLine = (notice: Notice, language: Language): string => {
  const [first, ...rest] = inOrder(notice)
  const { firing, resolved, again, more } = words[language]
  const state = first?.status === 'resolved' ? resolved : notice.kind === 'repeat' ? again : firing
  const severity = first?.status === 'firing' ? ` ${first.severity}` : ''
  return `[hostler] ${state}${severity}: ${first ? summaryOf(first, language) : ''}${rest.length === 0 ? '' : more(rest.length)}`
}

export const emailText = (notice: Notice, language: Language): string => {
  const { firing, resolved, what, since, until } = words[language]
  const one = (alert: NoticeAlert): string => {
    const { summary, description, remedy } = alert.texts[language] ?? alert.texts.en
    const labels = Object.entries(alert.labels).map(([name, value]) => `${name}=${value}`)
    return [
      `${alert.status === 'firing' ? firing : resolved} ${alert.severity}: ${summary}`,
      `  ${alert.rule}${labels.length === 0 ? '' : ` ${labels.join(' ')}`}`,
      `  ${since}: ${new Date(alert.firedUnixMs).toISOString()}`,
      ...(alert.status === 'resolved' ? [`  ${until}: ${new Date(alert.resolvedUnixMs).toISOString()}`] : []),
      ...(alert.status === 'firing' && description !== '' ? [`  ${description}`] : []),
      ...(alert.status === 'firing' && remedy !== '' ? [`  ${what}: ${remedy}`] : []),
    ].join('\n')
  }
  return `${inOrder(notice).map(one).join('\n\n')}\n`
}
