import { join } from 'node:path'
import test from 'ava'
import { openControlLink } from '../../../controller/cli/link/control-link.ts'
import { readCredentials } from '../../../shared/identity/credentials-file.ts'
import { startProcess } from '../../lab/process.ts'
import { eventually } from '../../lab/wait.ts'
import { scratchDirectory } from '../../support/scratch.ts'

const hostler = join(import.meta.dirname, '../../../bin/hostler')
const deadlineMs = 60_000

const ports = {
  HOSTLER_CONTROLLER_LISTEN_HOST: '127.0.0.1',
  HOSTLER_CONTROLLER_LISTEN_PORT: '0',
  HOSTLER_CONTROLLER_LISTEN_ENROL_PORT: '0',
  HOSTLER_CONTROLLER_LISTEN_HEALTH_PORT: '0',
  HOSTLER_CONTROLLER_ADVERTISE: '127.0.0.1',
  HOSTLER_GATEWAY_LISTEN_HOST: '127.0.0.1',
  HOSTLER_GATEWAY_LISTEN_PORT: '0',
  HOSTLER_AGENT_NAME: 'here',
}

test('up brings a controller, a gateway and a host together, and takes them down again', async (t) => {
  await using directory = await scratchDirectory()
  await using up = await startProcess(hostler, ['up', '--data-dir', directory.path], { env: ports })
  await up.outputs(/ up {2}/, deadlineMs)
  const admin = await readCredentials(join(directory.path, 'controller/admin.json'))
  if (!admin) return t.fail('no admin credentials')
  using control = openControlLink(admin, { callTimeoutMs: 10_000, signal: new AbortController().signal })
  await eventually(
    async () => {
      const { hosts, gateways } = await control.fleet()
      return hosts.some(({ name, state }) => name === 'here' && state === 'ready') && gateways.some(({ connected }) => connected)
    },
    { deadlineMs, what: 'a ready host and a connected gateway' },
  )
  up.kill('SIGTERM')
  t.deepEqual(await up.exited, { code: 0, signal: null })
  await t.throwsAsync(control.version(), { code: 'CONTROLLER_UNREACHABLE' })
})
