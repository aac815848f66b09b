import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { scratchDirectory } from '../../support/scratch.ts'
import { run } from './support/run.ts'

const exec = promisify(execFile)

/** What bash offers after the line, with the script and a `hostler` in the PATH that answers like the real one. */
const completions = async (directory: string, line: string): Promise<readonly string[]> => {
  const words = line.split(' ')
  const script = `
    PATH="${directory}:$PATH"
    source "${directory}/completion.bash"
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; COMPREPLY=()
    _hostler
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = await exec('bash', ['--norc', '-euc', script])
  if (stderr !== '') throw new Error(stderr)
  return stdout.split('\n').filter((word) => word !== '')
}

const prepare = async (directory: string): Promise<void> => {
  await writeFile(join(directory, 'completion.bash'), (await run(['completion', 'bash'])).stdout)
  await writeFile(
    join(directory, 'hostler'),
    '#!/bin/sh\n# Names as `hostler get KIND -o name` prints them.\n[ "$1 $3 $4" = "get -o name" ] && echo "one-of-$2"\n',
    { mode: 0o755 },
  )
}

test('bash takes the script, and completes commands, subcommands, words, flags, values, files and names', async (t) => {
  await using scratch = await scratchDirectory()
  await prepare(scratch.path)
  await exec('bash', ['-n', join(scratch.path, 'completion.bash')])
  const at = (line: string) => completions(scratch.path, line)
  t.deepEqual(await at('hostler de'), ['deploy', 'delete', 'describe'])
  t.true((await at('hostler ')).includes('agent'))
  t.deepEqual(await at('hostler rollout '), ['status', 'history', 'undo', 'pause', 'resume', 'promote', 'abort'])
  t.deepEqual(await at('hostler agent '), ['install', 'uninstall'])
  t.deepEqual(await at('hostler get '), ['hosts', 'gpus', 'groups', 'profiles', 'deployments', 'replicas', 'gateways', 'events'])
  t.deepEqual(await at('hostler completion '), ['bash', 'zsh', 'fish'])
  t.deepEqual(await at('hostler get hosts --w'), ['--watch'])
  t.deepEqual(await at('hostler get hosts -o '), ['table', 'wide', 'json', 'yaml', 'name'])
  t.deepEqual(await at('hostler deploy -o '), ['table', 'json', 'yaml', 'name'])
  t.deepEqual(await at('hostler token create --kind h'), ['host'])
  t.deepEqual(await at('hostler --credentials x rollout un'), ['undo'])
  t.deepEqual(await at('hostler rollout undo '), ['one-of-deployments'])
  t.deepEqual(await at('hostler logs '), ['one-of-deployments', 'one-of-replicas'])
  t.deepEqual(await at('hostler host remove '), ['one-of-hosts'])
  t.deepEqual(await at(`hostler deploy -f ${scratch.path}/comp`), [`${scratch.path}/completion.bash`])
  t.deepEqual(await at('hostler tune '), ['plan', 'apply', 'status', 'revert'])
  t.deepEqual(await at('hostler tune plan '), ['one-of-hosts'])
  t.deepEqual(await at('hostler tune apply --profile '), ['one-of-profiles'])
  t.deepEqual(await at('hostler tune status --group '), ['one-of-groups'])
  t.deepEqual(await at('hostler scale ds7b --replicas '), [])
})

test('every command and option of the tree is in each script', async (t) => {
  const scripts = await Promise.all(['bash', 'zsh', 'fish'].map(async (shell) => (await run(['completion', shell])).stdout))
  for (const script of scripts) {
    for (const word of [
      'up',
      'controller',
      'gateway',
      'agent',
      'deploy',
      'get',
      'describe',
      'logs',
      'scale',
      'rollout',
      'delete',
      'token',
      'key',
      'host',
      'login',
      'version',
      'completion',
      'dry-run',
      'no-wait',
      'timestamps',
    ]) {
      t.true(script.includes(word), word)
    }
  }
})
