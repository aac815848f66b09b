import { hash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../../shared/clock/clock.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { ApiKeyRecord, Route } from '../../../shared/fleet/membership.ts'
import type { Log } from '../../../shared/log/log.ts'
import { admit, type Limits, type TokenCharge, usedTokens } from '../admission/admit.ts'
import { authenticate, mayUse } from '../admission/authenticate.ts'
import type { RetryBudget } from '../balance/retry-budget.ts'
import { findModel } from '../body/find-model.ts'
import { type BodyMemory, readBody } from '../body/read-body.ts'
import type { GatewaySettings } from '../config.ts'
import type { Fleet } from '../membership/fleet.ts'
import { modelsFor, onlyRouteFor } from '../membership/routing-table.ts'
import type { GatewayMetrics } from '../observe/metrics.ts'
import type { TrafficCounters } from '../observe/traffic.ts'
import { proxy } from '../proxy/proxy.ts'
import type { Ticks } from '../proxy/ticks.ts'
import type { Exchange } from './exchange.ts'
import { targetOf } from './paths.ts'
import { refuse } from './refuse.ts'

export interface ServeDeps {
  readonly settings: GatewaySettings
  readonly clock: Clock
  readonly log: Log
  readonly fleet: Fleet
  readonly limits: Limits
  readonly budget: RetryBudget
  readonly memory: BodyMemory
  readonly metrics: GatewayMetrics
  readonly traffic: TrafficCounters
  readonly ticks: Ticks
  /** Whether load balancers should send requests here. */
  readonly isReady: () => boolean
}

const json = 'application/json'

const modelObject = (id: string) => ({ id, object: 'model', created: 0, owned_by: 'hostler' })

const shown = (model: string): string => (model.length > 100 ? `${model.slice(0, 100)}…` : model)

const unknownModel = (model: string): HostlerError =>
  new HostlerError('MODEL_UNKNOWN', `The model '${shown(model)}' does not exist here. GET /v1/models lists those that do.`)

const sameSecret = (a: string, b: string): boolean => timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))

/** The deployment that a request is for. @throws HostlerError BODY_INVALID, MODEL_UNKNOWN, MODEL_FORBIDDEN */
const routeFor = ({ fleet }: ServeDeps, exchange: Exchange, key: ApiKeyRecord, body: Buffer): Route => {
  const { head } = exchange.request
  const asked = findModel(body, head.contentType, head.contentEncoding)
  if (asked === undefined) {
    const only = onlyRouteFor(fleet.table, key)
    if (!only)
      throw new HostlerError(
        'BODY_INVALID',
        "The request names no model, and more than one could be meant or none is there. Send a 'model' in its body, as GET /v1/models lists it.",
      )
    exchange.model = only.model
    return only.route
  }
  const route = fleet.table.routeByModel.get(asked)
  if (!route) throw unknownModel(asked)
  exchange.model = asked
  if (!mayUse(key, asked))
    throw new HostlerError(
      'MODEL_FORBIDDEN',
      `API key '${key.id}' is not allowed to use the model '${asked}'. GET /v1/models lists those it may use.`,
    )
  return route
}

const passOn = async (deps: ServeDeps, exchange: Exchange, key: ApiKeyRecord): Promise<void> => {
  const { request, response } = exchange
  if (request.head.expect !== undefined) response.writeContinue()
  const body = await readBody(exchange, deps.settings.maxBodyBytes, deps.memory)
  if (!body) return
  try {
    exchange.bytesIn = body.length
    const route = routeFor(deps, exchange, key, body)
    exchange.deployment = route.deployment
    exchange.charge = admit(deps.limits, key, route, { body, url: request.url ?? '' }, deps.clock.monotonicMs())
    const assigner = deps.fleet.assigner(route.deployment)
    if (!assigner) throw unknownModel(exchange.model)
    await proxy(exchange, assigner, body, deps)
  } finally {
    deps.memory.heldBytes -= body.length
    if (exchange.charge) settle(deps, exchange, exchange.charge)
  }
}

const settle = ({ clock }: ServeDeps, exchange: Exchange, charge: TokenCharge): void => {
  const { response, attempts, bytesOut } = exchange
  const status = response.headersSent ? response.statusCode : 0
  charge.hold.settle(usedTokens(charge, { status, attempts, bytesOut }), clock.monotonicMs())
}

/** Every request starts here: @throws HostlerError whatever is to be told to the client */
export const serve = async (deps: ServeDeps, exchange: Exchange): Promise<void> => {
  const { settings, fleet, clock } = deps
  const { request } = exchange
  const { method = 'GET', url = '/', head, httpVersion } = request
  const refused = refuse({ httpVersion, method, url }, head, settings.maxHeaders)
  if (refused) {
    exchange.response.shouldKeepAlive = false
    throw refused
  }
  const target = targetOf(method, url, settings)
  exchange.quiet = target.kind === 'health' || target.kind === 'ready' || target.kind === 'metrics'
  if (target.kind === 'health') return exchange.answer(200, 'text/plain', 'ok\n')
  if (target.kind === 'ready')
    return deps.isReady() ? exchange.answer(200, 'text/plain', 'ready\n') : exchange.answer(503, 'text/plain', 'not ready\n')
  if (target.kind === 'metrics') {
    const { token } = settings.metrics
    if (token === undefined || !sameSecret(head.authorization ?? '', `Bearer ${token}`)) {
      throw new HostlerError(
        'KEY_INVALID',
        "/metrics asks for the token in gateway.metrics.token, as 'Authorization: Bearer TOKEN'. Without one set, use gateway.metrics.listen.",
      )
    }
    return exchange.answer(200, 'text/plain; version=0.0.4', deps.metrics.write())
  }
  const key = authenticate(head, fleet.table.keys, settings.auth, clock.unixMs())
  exchange.key = key
  if (target.kind === 'engine') return passOn(deps, exchange, key)
  const models = modelsFor(fleet.table, key)
  if (target.kind === 'models') return exchange.answer(200, json, JSON.stringify({ object: 'list', data: models.map(modelObject) }))
  if (!models.includes(target.id)) throw unknownModel(target.id)
  exchange.answer(200, json, JSON.stringify(modelObject(target.id)))
}
