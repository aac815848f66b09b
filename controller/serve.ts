import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Server } from '@grpc/grpc-js'
import type { Clock } from '../shared/clock/clock.ts'
import type { ControllerSettings } from '../shared/config/controller-settings.ts'
import { joinAddress } from '../shared/identity/address.ts'
import { firstAddress } from '../shared/identity/local-address.ts'
import { fingerprintOf } from '../shared/identity/pin.ts'
import { lockDirectory } from '../shared/lifecycle/directory-lock.ts'
import { startHealthServer } from '../shared/lifecycle/health-server.ts'
import type { Log } from '../shared/log/log.ts'
import { serveMetrics } from '../shared/metrics/serve-metrics.ts'
import { contract } from '../shared/rpc/proto.ts'
import { type RpcServer, type ServerTls, startRpcServer } from '../shared/rpc/server.ts'
import { openAlerting } from './alerting.ts'
import { openControlLoop } from './control-loop.ts'
import { defaultPlanSettings } from './domain/fleet/settings.ts'
import { ensureAdminCredentials } from './identity/admin.ts'
import { hasCertificateAuthority, openCertificateAuthority } from './identity/ca.ts'
import { controllerMetrics } from './observe/controller-metrics.ts'
import { ControllerCounters } from './observe/counters.ts'
import { agentLink } from './rpc/agent-link.ts'
import { alertsService } from './rpc/alerts.ts'
import { controlUnary } from './rpc/control.ts'
import { controlStreams } from './rpc/control-streams.ts'
import { diagnosisService } from './rpc/diagnosis.ts'
import { type FleetViewRequest, fleetView } from './rpc/fleet-view.ts'
import { gatewayLink } from './rpc/gateway-link.ts'
import { hostCalls } from './rpc/hosts.ts'
import { enrolmentService, identityService } from './rpc/identity.ts'
import { metricsService } from './rpc/metrics.ts'
import { planCalls } from './rpc/preview.ts'
import { resourceCalls } from './rpc/resources.ts'
import { tuneCall } from './rpc/tuning.ts'
import { openSqliteStore } from './store/sqlite-store.ts'
import { AgentCalls } from './usecases/agent-calls.ts'
import { takeAgentReports } from './usecases/agent-reports.ts'
import { Answers } from './usecases/answers.ts'
import { CertificateEnds } from './usecases/certificate-ends.ts'
import { CounterPast } from './usecases/counter-past.ts'
import { newEngineLoads } from './usecases/engine-loads.ts'
import { HostLeases } from './usecases/host-leases.ts'
import { scheduleMaintenance } from './usecases/maintenance.ts'
import { MaintenanceSighting } from './usecases/maintenance-sighting.ts'
import { measureFleet } from './usecases/measure-fleet.ts'
import { keepQuarantines } from './usecases/quarantine.ts'
import { Reports } from './usecases/reports.ts'
import { scheduleMesh } from './usecases/scheduled-diagnosis.ts'
import { randomSecrets } from './usecases/secrets.ts'

export interface Controller extends AsyncDisposable {
  /** Ports as bound. */
  readonly port: number
  readonly enrolPort: number
  readonly healthPort: number
  /** Of /metrics; undefined when its port was taken. */
  readonly metricsPort: number | undefined
  /** Credentials file of the admin. */
  readonly adminFile: string
  /** Progress of the reconcile loop, for the watchdog: monotonic time of its last pass, whether or not it got through. */
  lastPassMs(): number
}

export interface ControllerOptions {
  readonly settings: ControllerSettings
  readonly clock: Clock
  readonly log: Log
}

const stopCallsMs = 500
const endOf = (pem: string): number => new X509Certificate(pem).validToDate.getTime()
const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** Starts the controller: state first, then the loop, then the doors. Errors: DATA_DIR_LOCKED, DATA_DIR_UNWRITABLE, PORT_TAKEN, STORE_*, CONFIG_INVALID. */
export const startController = async ({ settings, clock, log }: ControllerOptions): Promise<Controller> => {
  await using opening = new AsyncDisposableStack()
  opening.use(await lockDirectory(settings.dataDir))
  const store = opening.use(
    await openSqliteStore(join(settings.dataDir, 'hostler.db'), {
      mustExist: await hasCertificateAuthority(settings.dataDir),
      nowUnixMs: clock.unixMs(),
      onMigrated: ({ from, to, backup }) => {
        if (from > 0) log.info('database migrated', { from, to, backup })
      },
    }),
  )
  const lease = { leaseMs: settings.lease.durationMs, graceMs: settings.lease.graceMs }
  const control = await openControlLoop({ store, lease, clock, secrets: randomSecrets, log })
  const { context, hosts, gateways, metrics, traffic, specs, membership, autoscaler, loop } = control
  const { ledger } = context
  const ca = await openCertificateAuthority(settings.dataDir, clock.unixMs())
  const reports = await Reports.open(store.reports, { keep: settings.reports.keep, keepBytes: settings.reports.keepMiB * 1024 * 1024 })

  const counters = new ControllerCounters()
  const answers = new Answers()
  const calls = new AgentCalls({ facts: ledger.facts, hosts, answers, newId: randomSecrets.newId })
  const measure = measureFleet({
    hosts,
    calls,
    leases: new HostLeases(),
    nowUnixMs: () => clock.unixMs(),
    onQuarantines: (quarantines, mesh) => {
      keepQuarantines(context, quarantines, mesh).catch((error: unknown) => log.warn('quarantines not stored', { error }))
    },
    ...settings.diagnosis.mesh,
  })
  const diagnosis = { context, hosts, calls, measure, ...settings.diagnosis }
  const certificates = new CertificateEnds()
  const ownEnds = new Map([['authority', endOf(ca.certificatePem)]])
  const backups = join(settings.dataDir, 'backups')
  const maintenance = await MaintenanceSighting.open(backups, settings.maintenance.keepBackups, clock.unixMs())
  const alerting = await openAlerting({
    context,
    store: store.alerts,
    directory: () => hosts.wishes.directory,
    sources: {
      state: () => loop.state(),
      deployments: () => loop.reports,
      metrics,
      traffic,
      reports,
      counters: new CounterPast(),
      maintenance,
      certificates: () => new Map([...certificates.known(ledger.facts), ...ownEnds]),
      clock,
    },
    settings: settings.alerts,
    dataDir: settings.dataDir,
    clock,
    log,
  })
  ledger.onChange((changes, events) => counters.committed(changes.length, events))
  loop.onPass((durationMs) => counters.passed(durationMs))

  const advertised = settings.advertise || firstAddress()
  const listening: { rpc?: RpcServer; enrol?: RpcServer } = {}
  const view = (request: FleetViewRequest) =>
    fleetView(
      {
        facts: ledger.facts,
        hosts,
        gateways: gateways.known(),
        reports: loop.reports,
        stalled: loop.problem,
        traffic,
        drains: loop.drains,
        autoscaler,
        state: loop.state(),
        nowUnixMs: clock.unixMs(),
        nowMonotonicMs: clock.monotonicMs(),
      },
      request,
    )
  const identityOptions = {
    context,
    ca,
    certificates,
    log,
    controllerAddress: () => joinAddress(settings.advertise, listening.rpc?.port ?? 0),
  }
  const register = (server: Server) => {
    server.addService(contract('agent').AgentLink.service, {
      ...agentLink({
        facts: ledger.facts,
        hosts,
        answers,
        metrics,
        certificates,
        takeReport: takeAgentReports(context, reports),
        log,
        settings: { leaseMs: settings.lease.durationMs, heartbeatMs: settings.lease.heartbeatMs },
      }),
    })
    server.addService(contract('gateway').GatewayLink.service, {
      ...gatewayLink({
        ...{ facts: ledger.facts, gateways, traffic, log },
        current: () => membership.snapshot,
        loads: (told) => newEngineLoads(ledger.facts, metrics, told),
      }),
    })
    server.addService(contract('identity').Identity.service, { ...identityService(identityOptions) })
    server.addService(contract('control').Control.service, {
      ...controlUnary({
        context,
        log,
        caSha256Hex: fingerprintOf(ca.certificatePem),
        enrolAddress: () => joinAddress(advertised, listening.enrol?.port ?? 0),
      }),
      ...planCalls({ context, state: () => loop.state(), settings: defaultPlanSettings, log }),
      ...hostCalls({
        context,
        hosts,
        dropHost: (hostId) => {
          hosts.forget(hostId)
          specs.forget(hostId)
          metrics.forget(hostId)
        },
        log,
      }),
      ...controlStreams({
        ledger,
        view,
        log,
        onPass: (listener) => loop.onPass(listener),
        logs: { facts: ledger.facts, calls },
      }),
      ...resourceCalls({ context, wishes: hosts.wishes, log }),
      ...tuneCall({ context, hosts, calls, specs, log, onPass: (listener) => loop.onPass(listener) }),
      ...diagnosisService({ diagnosis, reports, log }),
      ...metricsService({ facts: ledger.facts, metrics, log }),
    })
    server.addService(contract('alert').Alerts.service, { ...alertsService({ context, alerting, store: store.alerts, log }) })
  }

  // Before gateways come in: they get what is stored, so that nothing is taken from them.
  await loop.begin()
  const tls: ServerTls = { ...(await ca.issueServer(clock.unixMs())), caPem: ca.certificatePem, requireClientCertificate: true }
  ownEnds.set('controller', endOf(tls.chainPem))
  const { host, port, enrolPort, healthHost, healthPort } = settings.listen
  const rpc = opening.adopt(await startRpcServer({ host, port, tls, register }), (server) => server.stop(stopCallsMs))
  listening.rpc = rpc
  const enrol = opening.use(
    await startRpcServer({
      host,
      port: enrolPort,
      tls: { ...tls, requireClientCertificate: false },
      register: (server) => server.addService(contract('identity').Enrolment.service, { ...enrolmentService(identityOptions) }),
    }),
  )
  listening.enrol = enrol
  const health = opening.use(await startHealthServer({ host: healthHost, port: healthPort, notReady: () => loop.problem }))
  const writeMetrics = controllerMetrics({
    state: () => loop.state(),
    stalled: () => loop.problem !== '',
    reports: () => loop.reports,
    fleet: metrics,
    traffic,
    counters,
    alerts: alerting.metrics,
  })
  const listener = opening.use(await serveMetrics(settings.metrics.listen, writeMetrics, log))
  const adminFile = await ensureAdminCredentials(
    context,
    ca,
    settings.dataDir,
    joinAddress(isWildcard(host) ? '127.0.0.1' : host, rpc.port),
  )
  opening.use(
    scheduleMaintenance({
      store,
      reports,
      keepReportsDays: settings.reports.keepDays,
      directory: backups,
      alerts: settings.alerts,
      sight: maintenance,
      nowUnixMs: () => clock.unixMs(),
      log,
      onFailed: (message) =>
        context.ledger.transact(() => ({
          changes: [
            {
              kind: 'addEvent',
              event: { level: 'error', reason: 'MaintenanceFailed', subject: 'controller', message },
              atUnixMs: clock.unixMs(),
            },
          ],
          result: undefined,
        })),
      ...settings.maintenance,
    }),
  )
  opening.use(alerting.start())
  opening.use(scheduleMesh({ diagnosis, reports, log, ...settings.diagnosis.mesh }))

  const stopping = new AbortController()
  const running = loop.run(stopping.signal)
  opening.defer(async () => {
    stopping.abort()
    await running
  })
  const resources = opening.move()
  return {
    port: rpc.port,
    enrolPort: enrol.port,
    healthPort: health.port,
    metricsPort: listener?.address.port,
    adminFile,
    lastPassMs: () => loop.endedMs,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
