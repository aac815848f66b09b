/** From codes to words, in the reader's language. A code, or a form of its parameters, that this version does not know is shown as it is. */
import type { FindingWords } from '../catalogue/room.ts'
import type { Params } from '../finding.ts'
import { gpu as enGpu } from './en/gpu.ts'
import { host as enHost } from './en/host.ts'
import { incident as enIncident } from './en/incident.ts'
import { looking as enLooking } from './en/looking.ts'
import { network as enNetwork } from './en/network.ts'
import { oom as enOom } from './en/oom.ts'
import { storage as enStorage } from './en/storage.ts'
import { unknown as enUnknown } from './en/unknown.ts'
import type { Language } from './language.ts'
import { gpu as zhGpu } from './zh/gpu.ts'
import { host as zhHost } from './zh/host.ts'
import { incident as zhIncident } from './zh/incident.ts'
import { looking as zhLooking } from './zh/looking.ts'
import { network as zhNetwork } from './zh/network.ts'
import { oom as zhOom } from './zh/oom.ts'
import { storage as zhStorage } from './zh/storage.ts'
import { unknown as zhUnknown } from './zh/unknown.ts'

/** Parameters come from another program: what words are put to is checked only by whether they can be. */
interface AnyRoom {
  readonly checks: Readonly<Record<string, string>>
  readonly findings: Readonly<Record<string, (params: Params) => FindingWords>>
  readonly causes: Readonly<Record<string, (params: Params) => string>>
  readonly events: Readonly<Record<string, (params: Params) => string>>
}

interface Coded {
  readonly code: string
  readonly params: Params
}

export interface Words {
  /** What a check looks at. */
  check(id: string): string
  finding(finding: Coded): FindingWords
  /** A cause that was ruled out, as a clause. */
  cause(ruledOut: { readonly cause: string; readonly params: Params }): string
  event(event: Coded): string
}

const merged = (...rooms: readonly object[]): AnyRoom => {
  const all = rooms as readonly AnyRoom[]
  const parts = <Part extends keyof AnyRoom>(part: Part): AnyRoom[Part] => Object.assign({}, ...all.map((room) => room[part]))
  return { checks: parts('checks'), findings: parts('findings'), causes: parts('causes'), events: parts('events') }
}

const languages: Readonly<Record<Language, { readonly room: AnyRoom; readonly unknown: typeof enUnknown }>> = {
  en: { room: merged(enHost, enGpu, enNetwork, enOom, enStorage, enLooking, enIncident), unknown: enUnknown },
  zh: { room: merged(zhHost, zhGpu, zhNetwork, zhOom, zhStorage, zhLooking, zhIncident), unknown: zhUnknown },
}

const figuresOf = (params: Params): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : value}`)
    .join(', ')

/** Undefined also when a parameter that the words need was not there. */
const attempt = <T>(put: () => T | undefined): T | undefined => {
  try {
    const words = put()
    return /\b(undefined|NaN)\b/.test(JSON.stringify(words) ?? '') ? undefined : words
  } catch {
    return undefined
  }
}

export const wordsIn = (language: Language): Words => {
  const { room, unknown } = languages[language]
  return {
    check: (id) => room.checks[id] ?? id,
    finding: ({ code, params }) =>
      attempt(() => room.findings[code]?.(params)) ?? { title: unknown.title(code, figuresOf(params)), why: unknown.why, remedies: [] },
    cause: ({ cause, params }) => attempt(() => room.causes[cause]?.(params)) ?? unknown.cause(cause, figuresOf(params)),
    event: ({ code, params }) => attempt(() => room.events[code]?.(params)) ?? unknown.title(code, figuresOf(params)),
  }
}
