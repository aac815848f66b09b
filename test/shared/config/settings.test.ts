import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { controllerSettings } from '../../../shared/config/controller-settings.ts'
import { settingsOf } from '../../../shared/config/environment.ts'
import { loadSettings } from '../../../shared/config/settings.ts'
import { scratchDirectory } from '../../support/scratch.ts'

const section = 'controller'

test('with no configuration at all everything has a default', async (t) => {
  const settings = await loadSettings(controllerSettings, { section, environment: {} })
  t.is(settings.listen.port, 7400)
  t.true(Object.isFrozen(settings.listen))
})

test('the file beats the defaults, the environment the file, the command line all', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'controller.yaml')
  await writeFile(file, 'listen: { port: 1, enrolPort: 2, healthPort: 3 }\nlog: { level: debug }\n')
  const settings = await loadSettings(controllerSettings, {
    section,
    file,
    environment: {
      HOSTLER_CONTROLLER_LISTEN_ENROL_PORT: '20',
      HOSTLER_CONTROLLER_LISTEN_HEALTH_PORT: '30',
      HOSTLER_AGENT_NAME: 'not ours',
    },
    overrides: [
      [['listen', 'healthPort'], 300],
      [['dataDir'], undefined],
    ],
  })
  t.like(settings, { listen: { port: 1, enrolPort: 20, healthPort: 300 }, log: { level: 'debug' }, dataDir: '/var/lib/hostler/controller' })
})

test('a mistake in the file is shown with its line, one in the environment with its name', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'controller.yaml')
  await writeFile(file, 'log:\n  level: loud\nlistn: {}\n')
  const error = await t.throwsAsync(loadSettings(controllerSettings, { section, file, environment: {} }), { code: 'CONFIG_INVALID' })
  t.regex(error?.message ?? '', /controller\.yaml:2:10: log\.level/)
  t.regex(error?.message ?? '', /controller\.yaml:3.*listn/)
  await t.throwsAsync(loadSettings(controllerSettings, { section, environment: { HOSTLER_CONTROLLER_LISTEN_PROT: '1' } }), {
    code: 'CONFIG_INVALID',
    message: /HOSTLER_CONTROLLER_LISTEN_PROT.*HOSTLER_CONTROLLER_LISTEN_PORT/,
  })
  await t.throwsAsync(loadSettings(controllerSettings, { section, environment: { HOSTLER_CONTROLLER_LISTEN_PORT: 'http' } }), {
    code: 'CONFIG_INVALID',
    message: /listen\.port/,
  })
  await t.throwsAsync(loadSettings(controllerSettings, { section, file: join(directory.path, 'nobody.yaml'), environment: {} }), {
    code: 'CONFIG_INVALID',
    message: /nobody\.yaml/,
  })
})

test('every setting has an environment variable', (t) => {
  const names = settingsOf(controllerSettings, section).map(({ variable }) => variable)
  t.true(names.includes('HOSTLER_CONTROLLER_LEASE_DURATION_MS'))
  t.is(new Set(names).size, names.length)
})

test('a text in the environment is taken as it is, other values are read', async (t) => {
  const environment = {
    HOSTLER_CONTROLLER_MAINTENANCE_SCHEDULE: '* * * * *',
    HOSTLER_CONTROLLER_ADVERTISE: '12',
    HOSTLER_CONTROLLER_LISTEN_PORT: '7',
  }
  const { maintenance, advertise, listen } = await loadSettings(controllerSettings, { section, environment })
  t.deepEqual([maintenance.schedule, advertise, listen.port], ['* * * * *', '12', 7])
  await t.throwsAsync(loadSettings(controllerSettings, { section, environment: { HOSTLER_CONTROLLER_LISTEN_PORT: '*' } }), {
    code: 'CONFIG_INVALID',
    message: /HOSTLER_CONTROLLER_LISTEN_PORT.*integer/,
  })
})
