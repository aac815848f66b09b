import { formatDuration } from '../../../../shared/units/duration.ts'
import type { TrafficWindow } from '../../traffic.ts'
import type { AlertInputs, Observation, Sample } from '../inputs.ts'
import type { AlertRule } from '../rule.ts'
import type { Signal } from './signal.ts'

/** Of each deployment whose window has requests enough. With too few, nothing is wrong, unless the window was not seen long enough to say so. */
const ofTraffic = (
  { fleet, traffic }: AlertInputs,
  { overMs, minRequests }: AlertRule,
  figureOf: (window: TrafficWindow) => number | undefined,
  counted: (window: TrafficWindow) => number,
): Observation => {
  const samples: Sample[] = []
  const unseen = new Set<string>()
  for (const { name, deleting } of fleet.deployments.values()) {
    if (deleting) continue
    const window = traffic(name, overMs)
    const figure = counted(window) >= minRequests ? figureOf(window) : undefined
    if (figure !== undefined) samples.push({ labels: { deployment: name }, value: figure })
    else if (window.spanMs < overMs / 2) unseen.add(name)
  }
  return { samples, isUnknown: ({ deployment = '' }) => unseen.has(deployment) }
}

const requests = ({ requests: all }: TrafficWindow): number => all

const requestsIn = (where: string, overMs: number, endings?: string): string => {
  const own = where.replace(/^\{|\}$/g, '')
  const parts = [own, endings === undefined ? '' : `ending=~"${endings}"`].filter((part) => part !== '')
  return `sum by (deployment) (increase(hostler_controller_requests_total${parts.length === 0 ? '' : `{${parts.join(',')}}`}[${formatDuration(overMs)}]))`
}

const enough = (where: string, { overMs, minRequests }: AlertRule): string => ` and ${requestsIn(where, overMs)} >= ${minRequests}`

/** Of the gateways' own histogram, whose label is the model. */
const quantileIn = (name: string, { quantile, overMs }: AlertRule): string =>
  `label_replace(histogram_quantile(${quantile}, sum by (le, model) (rate(${name}_bucket[${formatDuration(overMs)}]))), "deployment", "$1", "model", "(.*)") * 1000`

const share = (endings: string) => (rule: AlertRule, where: string) =>
  `(${requestsIn(where, rule.overMs, endings)} or ${requestsIn(where, rule.overMs)} * 0) / ${requestsIn(where, rule.overMs)}${enough(where, rule)}`

export const trafficSignals = {
  'traffic.first-token-ms': {
    help: 'Time from the arrival of a request at the gateway to the first byte of its answer, queueing included, by quantile.',
    unit: 'milliseconds',
    labels: ['deployment'],
    options: ['over', 'quantile', 'minRequests'],
    observe: (inputs, rule) =>
      ofTraffic(
        inputs,
        rule,
        ({ ttftMs }) => ttftMs(rule.quantile),
        ({ firstBytes }) => firstBytes,
      ),
    promql: (rule, where) =>
      rule.quantile === 0.99
        ? `max by (deployment) (hostler_controller_time_to_first_token_p99_seconds${where}) * 1000${enough(where, rule)}`
        : quantileIn('hostler_gateway_first_byte_seconds', rule),
  },
  'traffic.duration-ms': {
    help: 'Time from the arrival of a request at the gateway to the last byte of its answer, by quantile. A whole answer of a language model takes seconds.',
    unit: 'milliseconds',
    labels: ['deployment'],
    options: ['over', 'quantile', 'minRequests'],
    observe: (inputs, rule) => ofTraffic(inputs, rule, ({ durationMs }) => durationMs(rule.quantile), requests),
    promql: (rule) => quantileIn('hostler_gateway_request_seconds', rule),
  },
  'traffic.error-ratio': {
    help: 'Share of requests that ended with 5xx, without an answer, or with one that broke off.',
    unit: 'ratio',
    labels: ['deployment'],
    options: ['over', 'minRequests'],
    observe: (inputs, rule) => ofTraffic(inputs, rule, ({ errors, requests: all }) => errors / all, requests),
    promql: share('upstreamError|cut'),
  },
  'traffic.refused-ratio': {
    help: 'Share of requests that gateways turned away with 429 or 503.',
    unit: 'ratio',
    labels: ['deployment'],
    options: ['over', 'minRequests'],
    observe: (inputs, rule) => ofTraffic(inputs, rule, ({ refused, requests: all }) => refused / all, requests),
    promql: share('refused429|refused503'),
  },
  'traffic.waiting': {
    help: 'Requests that wait in line at gateways now.',
    unit: 'count',
    labels: ['deployment'],
    options: [],
    observe: ({ fleet, traffic }) => ({
      samples: [...fleet.deployments.keys()].map((deployment) => ({ labels: { deployment }, value: traffic(deployment, 60_000).waiting })),
      isUnknown: () => false,
    }),
    promql: (_rule, where) => `max by (deployment) (hostler_controller_requests_waiting${where})`,
  },
} as const satisfies Record<string, Signal>
