/** Small things that several parts of a report show. Pure. */
import type { Verdict } from '../../../shared/diagnosis/verdict.ts'
import type { Phrases } from '../phrases/phrases.ts'
import { html, type Markup } from './markup.ts'

/** Told apart by form too, not by colour alone. */
const icons: Readonly<Record<Verdict, string>> = {
  PASS: 'M3 8.5l3.2 3.2L13 5',
  INFO: 'M8 7v5M8 4v.5',
  UNKNOWN: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.6 8 9 8 10M8 12.5v.5',
  WARNING: 'M8 2.5L14.5 13.5H1.5zM8 6.5v3.2M8 11.3v.4',
  CRITICAL: 'M4 4l8 8M12 4l-8 8',
}

export const badge = (verdict: Verdict, phrases: Phrases): Markup =>
  html`<span class="badge ${verdict}"><svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${icons[verdict]}"/></svg>${phrases.verdicts[verdict]}</span>`

export const section = (title: string, body: readonly Markup[]): Markup =>
  body.length === 0 ? html`` : html`<section><h2>${title}</h2>${body}</section>`

export const folded = (summary: string, body: readonly Markup[]): Markup =>
  body.length === 0 ? html`` : html`<details><summary>${summary}</summary>${body}</details>`

export const bullets = (items: readonly string[]): Markup => html`<ul class="plain">${items.map((item) => html`<li>${item}</li>`)}</ul>`
