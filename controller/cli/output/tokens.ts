import { priorityClasses } from '../../domain/spec/blocks.ts'
import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince, formatAge } from '../terminal/time.ts'
import type { ApiKey, Token } from '../view/access.ts'

const tokenState = ({ revoked, expiresUnixMs, usesLeft }: Token, nowUnixMs: number): string =>
  revoked ? 'revoked' : expiresUnixMs <= nowUnixMs ? 'expired' : usesLeft === 0 ? 'used-up' : 'ready'

const remaining = (expiresUnixMs: number, nowUnixMs: number): string =>
  expiresUnixMs <= nowUnixMs ? 'over' : formatAge(expiresUnixMs - nowUnixMs)

export const tokenColumns = (nowUnixMs: number): readonly Column<Token>[] => [
  { header: 'TOKEN', cell: ({ id }) => id },
  { header: 'KIND', cell: ({ kind, role }) => (role === '' ? kind : `${kind} (${role})`) },
  { header: 'STATE', cell: (token) => tokenState(token, nowUnixMs), tone: (token) => toneOf(tokenState(token, nowUnixMs)) },
  { header: 'USES-LEFT', cell: ({ usesLeft }) => String(usesLeft), right: true },
  { header: 'ENDS-IN', cell: ({ expiresUnixMs }) => remaining(expiresUnixMs, nowUnixMs), right: true, rank: 1 },
  { header: 'AGE', cell: ({ createdUnixMs }) => ageSince(createdUnixMs, nowUnixMs), right: true, rank: 0 },
]

const priorityWord = (priority: number): string =>
  Object.entries(priorityClasses).find(([, value]) => value === priority)?.[0] ?? String(priority)

export const keyColumns = (nowUnixMs: number): readonly Column<ApiKey>[] => [
  { header: 'KEY', cell: ({ id }) => id },
  { header: 'TENANT', cell: ({ tenant }) => tenant, rank: 5, least: 10 },
  { header: 'STARTS-WITH', cell: ({ prefix }) => prefix, rank: 1 },
  { header: 'MODELS', cell: ({ models }) => models.join(',') || 'all', rank: 2, least: 10 },
  {
    header: 'RATE',
    cell: ({ requestsPerSecond, burst }) => (requestsPerSecond === 0 ? 'no limit' : `${requestsPerSecond}/s, burst ${burst}`),
    rank: 4,
  },
  { header: 'TOKENS/MIN', cell: ({ tokensPerMinute }) => (tokensPerMinute === 0 ? 'no limit' : String(tokensPerMinute)), rank: 4 },
  { header: 'PRIORITY', cell: ({ priority }) => priorityWord(priority), rank: 3 },
  {
    header: 'ENDS-IN',
    cell: ({ expiresUnixMs }) => (expiresUnixMs === 0 ? 'never' : remaining(expiresUnixMs, nowUnixMs)),
    right: true,
    rank: 5,
  },
  { header: 'AGE', cell: ({ createdUnixMs }) => ageSince(createdUnixMs, nowUnixMs), right: true, rank: 0 },
]
