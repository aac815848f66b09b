import { type IncidentView, times } from '../incident-view.ts'
import type { Phrases } from '../phrases/phrases.ts'
import { html, type Markup, when } from './markup.ts'
import { badge, bullets, folded } from './parts.ts'

/** What led to what, from the root downwards. */
export const incidentCard = (view: IncidentView, phrases: Phrases): Markup => {
  const { labels } = phrases
  return html`<article class="card toned ${view.verdict}">
<div class="head">${badge(view.verdict, phrases)}<span>${view.began}</span></div>
<ul class="chain"><li class="root"><div class="when">${labels.root}</div><div class="what">${view.root}</div></li>${view.steps.map(
    (step) => html`<li><div class="when">${step.after} · ${step.where}</div><div class="what">${step.text}${times(step.times)}</div></li>`,
  )}</ul>
${when(view.found.length > 0, () => html`<div class="label">${labels.found}</div>${bullets(view.found)}`)}
${folded(`${labels.ruledOut} (${view.ruledOut.length})`, view.ruledOut.length === 0 ? [] : [bullets(view.ruledOut)])}
${when(view.doubt !== '', () => html`<p class="why">${view.doubt}</p>`)}
</article>`
}
