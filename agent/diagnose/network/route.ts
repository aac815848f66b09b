import { z } from 'zod'
import { type Problem, printedBy, problem } from './problem.ts'
import type { NetworkTools } from './tools.ts'

export interface Route {
  readonly device: string
  /** The next hop; undefined for a neighbour. */
  readonly gateway: string | undefined
}

export type RouteAnswer = { readonly kind: 'route'; readonly route: Route } | { readonly kind: 'problem'; readonly problem: Problem }

const deadlineMs = 5_000
const routes = z.array(z.object({ dev: z.string(), gateway: z.string().optional() }))

/** Reads `ip -j route get` or `ip -j route show`; undefined where it names no route. */
export const parseRoutes = (output: string): readonly Route[] | undefined => {
  try {
    const parsed = routes.safeParse(JSON.parse(output))
    return parsed.success ? parsed.data.map(({ dev, gateway }) => ({ device: dev, gateway })) : undefined
  } catch {
    return undefined
  }
}

const ask = async ({ run }: NetworkTools, args: readonly string[], signal: AbortSignal): Promise<readonly Route[] | Problem> => {
  const printed = printedBy('ip', await run('ip', ['-j', 'route', ...args], deadlineMs, signal), deadlineMs)
  if (printed.kind === 'problem') return printed.problem
  if (printed.code !== 0) return problem('looking.failed', { what: `ip route ${args.join(' ')}`, message: printed.output.trim() })
  // Old versions print nothing at all where there is no route.
  const found = printed.output.trim() === '' ? [] : parseRoutes(printed.output)
  return found ?? problem('looking.unreadable', { what: 'ip -j route' })
}

/** The way that packets to an address take from here. */
export const routeTo = async (tools: NetworkTools, address: string, signal: AbortSignal): Promise<RouteAnswer> => {
  const answer = await ask(tools, ['get', address], signal)
  if ('code' in answer) return { kind: 'problem', problem: answer }
  const [route] = answer
  return route === undefined
    ? { kind: 'problem', problem: problem('looking.failed', { what: 'ip route get', message: `no route to ${address}` }) }
    : { kind: 'route', route }
}

/** The host's gateway: the next hop towards an address, else that of the default route; undefined where it has none. */
export const gatewayOf = async (tools: NetworkTools, route: Route, signal: AbortSignal): Promise<string | undefined> => {
  if (route.gateway !== undefined) return route.gateway
  const defaults = await ask(tools, ['show', 'default'], signal)
  return 'code' in defaults ? undefined : defaults.find(({ gateway }) => gateway !== undefined)?.gateway
}
