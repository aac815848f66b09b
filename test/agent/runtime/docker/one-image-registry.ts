import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** A registry with one small image of two layers of noise; it speaks as much of the distribution protocol as a pull needs. */
export interface OneImageRegistry {
  /** `127.0.0.1:PORT/noise:1`, which engines pull from without TLS. */
  readonly image: string
  /** While true, every request for a layer waits. */
  stall: boolean
  readonly pulls: () => number
}

const digestOf = (data: Buffer): string => `sha256:${createHash('sha256').update(data).digest('hex')}`

const layer = (name: string): Buffer => {
  const directory = mkdtempSync(join(tmpdir(), `hostler-layer-${process.pid}-`))
  try {
    writeFileSync(join(directory, name), randomBytes(3 * 1024 * 1024))
    return execFileSync('tar', ['-C', directory, '-cf', '-', name], { maxBuffer: 64 * 1024 * 1024 })
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json'

export const oneImageRegistry = async (t: ExecutionContext): Promise<OneImageRegistry> => {
  const layers = [layer('one'), layer('two')]
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
      history: [],
    }),
  )
  const describe = (mediaType: string, data: Buffer) => ({ mediaType, size: data.length, digest: digestOf(data) })
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: describe('application/vnd.docker.container.image.v1+json', config),
      layers: layers.map((data) => describe('application/vnd.docker.image.rootfs.diff.tar', data)),
    }),
  )
  const blobs = new Map([config, ...layers].map((data) => [digestOf(data), data]))
  const waiting = new Set<() => void>()
  const state = { stall: false, pulls: 0 }
  const send = (response: ServerResponse, data: Buffer, type: string) =>
    response.writeHead(200, { 'content-type': type, 'content-length': data.length, 'docker-content-digest': digestOf(data) }).end(data)
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path === '/v2/') return response.writeHead(200, { 'docker-distribution-api-version': 'registry/2.0' }).end('{}')
    if (path.startsWith('/v2/noise/manifests/')) {
      if (request.method === 'GET') state.pulls += 1
      return send(response, manifest, manifestType)
    }
    const blob = blobs.get(path.slice('/v2/noise/blobs/'.length))
    if (!blob) return response.writeHead(404).end('{}')
    const go = () => send(response, blob, 'application/octet-stream')
    if (state.stall && blob !== config) return waiting.add(go)
    return go()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    image: `127.0.0.1:${port}/noise:1`,
    get stall() {
      return state.stall
    },
    set stall(value) {
      state.stall = value
      if (!value) for (const go of waiting) go()
    },
    pulls: () => state.pulls,
  }
}
