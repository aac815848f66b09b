import type { Evidence } from '../../../shared/diagnosis/finding.ts'
import type { Phrases } from '../phrases/phrases.ts'
import type { FindingView } from '../view.ts'
import { html, type Markup, when } from './markup.ts'
import { badge, bullets, folded } from './parts.ts'

const mostLines = 200

export const seenBlock = ({ source, lines }: Evidence, host: string, phrases: Phrases): Markup => {
  const shown = lines.slice(0, mostLines)
  const rest = lines.length - shown.length
  return html`<div class="seen"><div class="source">${when(host !== '', () => html`<b>${host}</b> `)}${source}</div>${when(
    shown.length > 0,
    () => html`<pre>${[...shown, ...(rest > 0 ? [phrases.moreLines(rest)] : [])].join('\n')}</pre>`,
  )}</div>`
}

/** One finding: what it is, why, what to do; and, folded away, what it rests on. */
export const findingCard = (view: FindingView, phrases: Phrases): Markup => {
  const { labels } = phrases
  const lines = view.evidence.reduce((sum, seen) => sum + Math.max(1, seen.lines.length), 0)
  return html`<article class="card toned ${view.verdict}">
<div class="head">${badge(view.verdict, phrases)}<span class="where">${view.where}</span><span>${view.confidence}</span><span class="code">${view.code}</span></div>
<h3>${view.title}</h3>
${when(view.why !== '', () => html`<p class="why">${view.why}</p>`)}
${when(
  view.remedies.length > 0,
  () =>
    html`<div class="label">${labels.remedies}</div><ol class="steps">${view.remedies.map(
      ({ text, command }) => html`<li>${text}${when(command !== '', () => html`<pre class="command">${command}</pre>`)}</li>`,
    )}</ol>`,
)}
${folded(
  `${labels.evidence} (${lines})`,
  view.evidence.map((seen) => seenBlock(seen, seen.host, phrases)),
)}
${folded(`${labels.ruledOut} (${view.ruledOut.length})`, view.ruledOut.length === 0 ? [] : [bullets(view.ruledOut)])}
</article>`
}
