import { HostlerError } from '../../../shared/errors/hostler-error.ts'

export type Target =
  | { readonly kind: 'health' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'models' }
  | { readonly kind: 'model'; readonly id: string }
  | { readonly kind: 'engine' }

/** Servers differ in what they make of these, and an engine's other paths are not for clients. */
const ambiguous = /\/\.{1,2}(?:\/|$)|\/\/|%2e|%2f|%5c|%00/i

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * Where a request goes.
 * @throws HostlerError NOT_FOUND for paths that are not for clients, ARGUMENT_INVALID for ambiguous ones
 */
export const targetOf = (
  method: string,
  url: string,
  settings: { readonly extraPaths: readonly string[]; readonly deniedPaths: readonly string[] },
): Target => {
  const path = url.split('?', 1)[0] ?? ''
  const reads = method === 'GET' || method === 'HEAD'
  if (reads) {
    if (path === '/healthz') return { kind: 'health' }
    if (path === '/readyz') return { kind: 'ready' }
    if (path === '/metrics') return { kind: 'metrics' }
    if (path === '/v1/models') return { kind: 'models' }
    const id = path.startsWith('/v1/models/') ? decoded(path.slice('/v1/models/'.length)) : undefined
    if (id !== undefined) return { kind: 'model', id }
  }
  if (ambiguous.test(path)) {
    throw new HostlerError(
      'ARGUMENT_INVALID',
      "The path can be read in more than one way ('..', '//' or an encoded '/', '.' or '\\'). Send it plain.",
    )
  }
  const denied = settings.deniedPaths.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
  if (!denied && (path.startsWith('/v1/') || settings.extraPaths.includes(path))) return { kind: 'engine' }
  throw new HostlerError(
    'NOT_FOUND',
    `There is no ${method} ${path.slice(0, 200)} here. This gateway serves /v1/… as OpenAI does, /healthz and /readyz.`,
  )
}
