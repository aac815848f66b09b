import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { errnoOf } from '../../../shared/errors/hostler-error.ts'

const defaultSockets = ['/var/run/docker.sock', '/run/podman/podman.sock'] as const

/**
 * The unix sockets to try, in order. `configured` (a path) is the only one when set; else DOCKER_HOST when it names a unix
 * socket, else Docker's and Podman's own. An engine behind tcp:// or ssh:// may be on another machine, so it is not used. Pure.
 */
export const socketCandidates = (configured: string | undefined, dockerHost: string | undefined): readonly string[] => {
  if (configured) return [configured.replace(/^unix:\/\//, '')]
  if (dockerHost?.startsWith('unix://') && dockerHost.length > 'unix://'.length) return [dockerHost.slice('unix://'.length)]
  return defaultSockets
}

const problemOf = async (path: string): Promise<string> => {
  try {
    if (!(await stat(path)).isSocket()) return 'is not a socket'
    await access(path, constants.R_OK | constants.W_OK)
    return ''
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT') return 'does not exist'
    if (code === 'EACCES' || code === 'EPERM') return 'may not be opened by this user'
    return `cannot be used (${code})`
  }
}

/** The first candidate that is there and may be opened, or what is wrong with each. */
export const findSocket = async (candidates: readonly string[]): Promise<{ readonly path: string } | { readonly problem: string }> => {
  const problems: string[] = []
  for (const path of candidates) {
    const problem = await problemOf(path)
    if (problem === '') return { path }
    problems.push(`${path} ${problem}`)
  }
  return { problem: problems.join('; ') }
}
