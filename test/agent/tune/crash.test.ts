import { appendFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { TuningProfile } from '../../../shared/tuning/profile.ts'
import { run as runToEnd, startProcess } from '../../lab/process.ts'
import { labTest } from '../../lab/requires.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { floor, hostFiles, openTuner, profileOf, readHost, setting, writeHost } from './scratch-host.ts'

const program = join(import.meta.dirname, 'crash-program.ts')

const profile = profileOf([
  floor('net.core.somaxconn', 65_535),
  setting('vm.swappiness', 10),
  floor('net.ipv4.tcp_rmem', '4096 131072 33554432'),
  setting('enabled', 'madvise', { kind: 'transparent-huge-pages' }),
  setting('memlock', 'unlimited', { kind: 'engine-limit' }),
])

/** What people would compare: every file, with the kernel's spacing and brackets taken away. */
const stateOf = async (root: string): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    Object.entries(await readHost(root)).map(([path, text]) => [
      path,
      /^\/(proc|sys)\//.test(path) ? (/\[(\w+)\]/.exec(text)?.[1] ?? text.trim().split(/\s+/).join(' ')) : text,
    ]),
  )

interface Site {
  /** The pid of a process whose network namespace it is tuned in; undefined: a host of files. */
  readonly namespaceOf?: number
  readonly root: string
  readonly stateDir: string
  readonly profileFile: string
}

const run = async (site: Site, action: string, stop: number): Promise<{ readonly halted: string; readonly output: string }> => {
  const { root, stateDir, profileFile, namespaceOf } = site
  const words = [process.execPath, program, root, stateDir, action, String(stop), profileFile]
  const [command = '', ...args] = namespaceOf === undefined ? words : ['nsenter', `--target=${namespaceOf}`, '--net', ...words, '/proc']
  await using child = await startProcess(command, args)
  const [output] = await child.outputs(/^(halted before: .*|done after .*)$/m, 30_000)
  child.kill('SIGKILL')
  await child.exited
  return { halted: /halted before: (.*)/.exec(output)?.[1] ?? '', output }
}

/** Kills the program before its 1st, 2nd, … change, each time on a fresh copy of the host, and recovers, until it is not halted any more. */
const everyGap = async (
  t: ExecutionContext,
  base: Site,
  action: 'apply' | 'revert',
  judge: (state: Readonly<Record<string, string>>, halted: string) => Promise<void> | void,
): Promise<readonly string[]> => {
  const halts: string[] = []
  for (let stop = 1; ; stop++) {
    await using scratch = await scratchDirectory()
    const site = { root: join(scratch.path, 'host'), stateDir: join(scratch.path, 'state'), profileFile: base.profileFile }
    await cp(base.root, site.root, { recursive: true })
    await cp(base.stateDir, site.stateDir, { recursive: true })
    // The journal names files by their paths.
    const journal = join(site.stateDir, 'tuning/journal.json')
    const text = await readFile(journal, 'utf8').catch(() => undefined)
    if (text !== undefined) await writeFile(journal, text.replaceAll(base.root, site.root))
    const { halted } = await run(site, action, stop)
    if (halted === '') return halts
    halts.push(halted)
    // What the agent does when it starts.
    await using tuner = await openTuner(site)
    t.not(tuner.status().state, 'failed')
    await judge(await stateOf(site.root), halted)
    const tidy = Object.keys(await readHost(scratch.path)).filter((path) => path.includes('hostler-tuning'))
    t.deepEqual(tidy, [], `left behind by a kill before: ${halted}`)
  }
}

const prepare = async (t: ExecutionContext, files = hostFiles): Promise<Site & { readonly old: Readonly<Record<string, string>> }> => {
  const scratch = await scratchDirectory()
  t.teardown(() => scratch[Symbol.asyncDispose]())
  const site = { root: join(scratch.path, 'host'), stateDir: join(scratch.path, 'state'), profileFile: join(scratch.path, 'profile.json') }
  await writeHost(site.root, files)
  await mkdir(site.stateDir)
  await writeFile(site.profileFile, JSON.stringify(profile satisfies TuningProfile))
  return { ...site, old: await stateOf(site.root) }
}

const tuned = async (site: Site): Promise<Readonly<Record<string, string>>> => {
  assertDone((await run(site, 'apply', 0)).output)
  return stateOf(site.root)
}

const assertDone = (output: string): void => {
  if (!/^done after .* applied/.test(output)) throw new Error(output)
}

test('kill -9 before any change of apply leaves the host as it was, or as it should be, once the agent is back', async (t) => {
  const site = await prepare(t)
  const halts = await everyGap(t, site, 'apply', (state, halted) => {
    t.deepEqual(state, site.old, `killed before: ${halted}`)
  })
  // Every kind of gap was there: journal, three files, live values, commit.
  for (const wanted of [
    /write .*journal/,
    /rename .*journal/,
    /rename .*zz-hostler\.conf/,
    /daemon\.json/,
    /set sysctl vm\.swappiness/,
    /set transparent/,
  ])
    t.true(
      halts.some((halted) => wanted.test(halted)),
      String(wanted),
    )
  t.true(halts.length >= 14, halts.join('\n'))
})

test('kill -9 before any change of revert leaves the host tuned or as it was, once the agent is back', async (t) => {
  const site = await prepare(t)
  const wanted = await tuned(site)
  t.notDeepEqual(wanted, site.old)
  const halts = await everyGap(t, site, 'revert', (state, halted) => {
    const began = !halted.includes('journal.json') || halted.startsWith('remove')
    t.deepEqual(state, began ? site.old : wanted, `killed before: ${halted}`)
  })
  t.true(halts.length >= 9, halts.join('\n'))
})

test('kill -9 before any change from one profile to another leaves the first in force', async (t) => {
  const site = await prepare(t)
  const wanted = await tuned(site)
  const next = profileOf([setting('vm.swappiness', 1), floor('net.core.somaxconn', 131_072)], { name: 'next' })
  await writeFile(site.profileFile, JSON.stringify(next))
  await everyGap(t, site, 'apply', (state, halted) => {
    t.deepEqual(state, wanted, `killed before: ${halted}`)
  })
})

test('a value that a user set between the crash and the recovery is kept', async (t) => {
  const site = await prepare(t)
  const { halted } = await run(site, 'apply', 11)
  t.regex(halted, /set /)
  await writeFile(join(site.root, '/proc/sys/vm/swappiness'), '33\n')
  await writeFile(join(site.root, '/etc/docker/daemon.json'), '{"mine": true}\n')
  await appendFile(join(site.root, '/etc/sysctl.d/zz-hostler.conf'), 'kernel.mine = 1\n')
  await run(site, 'recover', 0)
  const state = await stateOf(site.root)
  t.is(state['/proc/sys/vm/swappiness'], '33')
  t.is(state['/etc/docker/daemon.json'], '{"mine": true}\n')
  t.is(state['/proc/sys/net/core/somaxconn'], '4096')
  t.is(state['/etc/sysctl.d/zz-hostler.conf'], 'kernel.mine = 1\n')
  await rm(site.root, { recursive: true })
})

test('a recovery that is killed at any point is recovered from by the next one', async (t) => {
  const site = await prepare(t)
  const { halted } = await run(site, 'apply', 12)
  t.regex(halted, /set /)
  for (let stop = 1; ; stop++) {
    const { halted: again } = await run(site, 'recover', stop)
    if (again === '') break
    t.true(stop < 40)
  }
  t.deepEqual(await stateOf(site.root), site.old)
})

labTest(test, { root: true })(
  'on the real kernel, with a value that it refuses, kill -9 before any change leaves the old values and no file',
  async (t) => {
    t.timeout(120_000)
    const keys = ['net.core.somaxconn', 'net.ipv4.ip_local_reserved_ports', 'net.ipv4.ip_local_port_range']
    const wanted = profileOf([
      floor('net.core.somaxconn', 65_535),
      floor('net.ipv4.ip_local_reserved_ports', '20000-29999'),
      setting('net.ipv4.ip_local_port_range', '60000 1000'),
    ])
    const halts: string[] = []
    for (let stop = 1; ; stop++) {
      await using namespace = await startProcess('unshare', ['--net', 'sh', '-c', 'echo ready && exec sleep 600'])
      await namespace.outputs(/ready/, 10_000)
      const values = () => runToEnd('nsenter', [`--target=${namespace.pid}`, '--net', 'sysctl', ...keys]).then(({ stdout }) => stdout)
      const site = { ...(await prepare(t, { '/etc/hostname': 'scratch\n' })), namespaceOf: namespace.pid }
      await writeFile(site.profileFile, JSON.stringify(wanted))
      const before = await values()
      const { halted, output } = await run(site, 'apply', stop)
      if (halted === '') {
        t.regex(output, /partial/)
        t.notRegex(await readFile(join(site.root, '/etc/sysctl.d/zz-hostler.conf'), 'utf8'), /port_range/)
        break
      }
      halts.push(halted)
      await run(site, 'recover', 0)
      t.is(await values(), before, `killed before: ${halted}`)
      t.deepEqual(await stateOf(site.root), site.old, `killed before: ${halted}`)
    }
    // The file is written twice: with the refused value, and without.
    t.is(halts.filter((halted) => /rename .*zz-hostler/.test(halted)).length, 2, halts.join('\n'))
  },
)
