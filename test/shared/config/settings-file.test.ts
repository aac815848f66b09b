import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { agentSettings } from '../../../shared/config/agent-settings.ts'
import { loadSettings } from '../../../shared/config/settings.ts'

test('a service reads the file of its name in HOSTLER_CONFIG_DIR when it is there, unless another is named', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'hostler-settings-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const environment = { HOSTLER_CONFIG_DIR: directory }
  const load = (file?: string) => loadSettings(agentSettings, { section: 'agent', file, environment })
  t.is((await load()).name, '')
  await writeFile(join(directory, 'agent.yaml'), 'name: usual\n')
  await writeFile(join(directory, 'other.yaml'), 'name: named\n')
  t.is((await load()).name, 'usual')
  t.is((await load(join(directory, 'other.yaml'))).name, 'named')
  await writeFile(join(directory, 'agent.yaml'), 'nam: x\n')
  await t.throwsAsync(load(), { code: 'CONFIG_INVALID', message: /agent\.yaml:1:1: nam: unknown field/ })
})
