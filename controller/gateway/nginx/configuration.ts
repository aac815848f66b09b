import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { Snapshot } from '../../../shared/fleet/membership.ts'
import { joinAddress } from '../../../shared/identity/address.ts'
import { renderWhole } from '../../domain/export/nginx/whole.ts'
import type { GatewaySettings } from '../config.ts'
import type { Certificate } from '../http/certificate.ts'

export interface NginxSettings {
  readonly program: string
  /** 0: one for each processor. */
  readonly workers: number
  readonly reloadPauseMs: number
  /** Empty: none. */
  readonly accessLog: string
}

/** Of `sun_path`, less its end and the name of a socket. */
const longestDirectory = 107 - '/0123456789ab.sock'.length

/** What NGINX cannot keep to is refused before anything is opened. @throws HostlerError CONFIG_INVALID */
export const checkSettings = ({ auth, listen, metrics, tls }: GatewaySettings, socketDirectory: string): void => {
  const refuse = (message: string): never => {
    throw new HostlerError('CONFIG_INVALID', message)
  }
  if (auth !== 'open')
    refuse(
      'NGINX cannot check API keys, of which only hashes are known: everybody who reaches it may use every model. Say that this is meant with gateway.auth: open (HOSTLER_GATEWAY_AUTH=open), or leave --engine nginx out',
    )
  if (listen.port === 0) refuse('NGINX needs a port to listen on, and gateway.listen.port is 0')
  for (const file of [tls?.cert ?? '/', tls?.key ?? '/'])
    if (!/^\/[\w./-]*$/.test(file)) refuse(`NGINX needs an absolute path of letters, digits and . _ - in gateway.tls, and there is ${file}`)
  if (metrics.token !== undefined)
    refuse('NGINX serves no /metrics to clients; set gateway.metrics.listen in the place of gateway.metrics.token')
  const excess = Buffer.byteLength(socketDirectory) - longestDirectory
  if (excess > 0) refuse(`the path of gateway.dataDir is ${excess} bytes too long for the sockets in it: ${socketDirectory}`)
}

/** File name of the socket of a replica's hop. */
export const socketName = (replicaId: string): string => `${nameOf(replicaId)}.sock`

const nameOf = (replicaId: string): string => createHash('sha256').update(replicaId).digest('hex').slice(0, 12)

/** The file for a membership, by the gateway's own settings. */
export const configurationOf =
  (
    { listen, timeouts, tls, ...settings }: GatewaySettings,
    nginx: NginxSettings,
    place: { readonly directory: string; readonly socketDirectory: string; readonly openFiles: number; readonly isRoot: boolean },
  ) =>
  (snapshot: Snapshot, certificate: Certificate | undefined): string =>
    renderWhole(snapshot, {
      listen: `${joinAddress(listen.host, listen.port)} backlog=4096${listen.reusePort ? ' reuseport' : ''}${tls ? ' ssl' : ''}`,
      tls: tls && certificate && { ...tls, sha256Hex: certificate.sha256Hex },
      directory: place.directory,
      socketOf: (replicaId) => join(place.socketDirectory, socketName(replicaId)),
      nameOf,
      workers: nginx.workers,
      openFiles: place.openFiles,
      // NGINX would let workers of root be nobody, who cannot enter the data directory.
      user: place.isRoot ? 'root root' : undefined,
      maxBodyBytes: settings.maxBodyBytes,
      maxHeaderBytes: settings.maxHeaderBytes,
      maxAttempts: settings.retry.maxAttempts,
      accessLog: nginx.accessLog,
      timeouts: {
        connectMs: timeouts.connectMs,
        // NGINX has one limit for both.
        readMs: timeouts.firstByteMs === 0 || timeouts.idleMs === 0 ? 0 : Math.max(timeouts.firstByteMs, timeouts.idleMs),
        clientMs: timeouts.clientStallMs,
        upstreamKeepAliveMs: timeouts.upstreamKeepAliveMs,
        requestHeadMs: timeouts.requestHeadMs,
        clientKeepAliveMs: timeouts.clientKeepAliveMs,
        totalMs: timeouts.totalMs,
      },
    })
