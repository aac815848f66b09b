/** What a word means to the reader, whatever colour that gets. */
export type Tone = 'good' | 'busy' | 'bad' | 'quiet' | 'strong'

export type Paint = (tone: Tone | undefined, text: string) => string

const codes: Readonly<Record<Tone, readonly [number, number]>> = {
  good: [32, 39],
  busy: [33, 39],
  bad: [31, 39],
  quiet: [2, 22],
  strong: [1, 22],
}

const colours: Paint = (tone, text) => (tone === undefined ? text : `\x1b[${codes[tone][0]}m${text}\x1b[${codes[tone][1]}m`)

const plain: Paint = (_, text) => text

/** Colours only for eyes: on a terminal, and unless NO_COLOR is set. */
export const paintFor = (isTTY: boolean, noColor: boolean): Paint => (isTTY && !noColor ? colours : plain)

const tones: Readonly<Record<string, Tone>> = {
  ready: 'good',
  connected: 'good',
  applied: 'good',
  current: 'good',
  progressing: 'busy',
  canary: 'busy',
  partial: 'busy',
  pending: 'busy',
  paused: 'busy',
  pulling: 'busy',
  starting: 'busy',
  loading: 'busy',
  probing: 'busy',
  draining: 'busy',
  silent: 'busy',
  warning: 'busy',
  cordoned: 'busy',
  drained: 'busy',
  unknown: 'busy',
  degraded: 'bad',
  drifted: 'bad',
  'rolled-back': 'bad',
  blocked: 'bad',
  unhealthy: 'bad',
  backoff: 'bad',
  failed: 'bad',
  lost: 'bad',
  revoked: 'quiet',
  error: 'bad',
  expired: 'bad',
  'host-lost': 'bad',
  'host-silent': 'bad',
  disconnected: 'bad',
  deleting: 'quiet',
  stopping: 'quiet',
  superseded: 'quiet',
  'used-up': 'quiet',
}

/** The tone of a state word. The first word decides: `pulling 40%` is pulling. */
export const toneOf = (state: string): Tone | undefined => tones[state.split(' ', 1)[0] ?? '']
