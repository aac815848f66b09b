import { execFileSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { openControlLink } from '../../controller/cli/link/control-link.ts'
import { startController } from '../../controller/serve.ts'
import { systemClock } from '../../shared/clock/clock.ts'
import { controllerSettings } from '../../shared/config/controller-settings.ts'
import { readCredentials } from '../../shared/identity/credentials-file.ts'
import { silentLog } from '../../shared/log/log.ts'
import { labTest } from '../lab/requires.ts'
import { scratchDirectory } from '../support/scratch.ts'

const spec = (name: string, padding = '') =>
  JSON.stringify({ name, model: { name }, engine: { preset: 'custom' }, image: 'engine:1', replicas: 0, env: { PADDING: padding } })

labTest(test, { root: true })(
  'with a full disk a deploy is refused whole, the controller answers on, and works again when there is room',
  async (t) => {
    await using directory = await scratchDirectory()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'hostler-test', directory.path])
    try {
      const settings = controllerSettings.parse({
        dataDir: join(directory.path, 'controller'),
        listen: { host: '127.0.0.1', port: 0, enrolPort: 0, healthPort: 0 },
      })
      await using controller = await startController({ settings, clock: systemClock, log: silentLog })
      const admin = await readCredentials(controller.adminFile)
      if (!admin) return t.fail('no admin credentials')
      using control = openControlLink(admin, { callTimeoutMs: 10_000, signal: new AbortController().signal })
      await control.apply(spec('before'), 'test', false)
      const filler = join(directory.path, 'filler')
      await t.throwsAsync(writeFile(filler, Buffer.alloc(2 * 1024 * 1024)))

      const error = await t.throwsAsync(control.apply(spec('during', 'x'.repeat(30_000)), 'test', false), { code: 'STORE_FULL' })
      t.regex(error?.message ?? '', /nothing was changed/)
      t.deepEqual(
        (await control.fleet(['deployments'])).deployments.map(({ name }) => name),
        ['before'],
      )

      await rm(filler)
      await control.apply(spec('after'), 'test', false)
      t.deepEqual((await control.fleet(['deployments'])).deployments.map(({ name }) => name).sort(), ['after', 'before'])
    } finally {
      execFileSync('umount', ['-l', directory.path])
    }
  },
)
