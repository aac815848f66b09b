import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'ava'
import { containerSysctls } from '../../../agent/tune/container-sysctls.ts'
import { builtInProfiles } from '../../../shared/tuning/built-in.ts'
import { resolveProfile } from '../../../shared/tuning/resolve.ts'
import { run } from '../../lab/process.ts'
import { isInstalled, labTest } from '../../lab/requires.ts'
import { scratchDirectory } from '../../support/scratch.ts'

/** A program of this machine with the libraries that it needs, below a directory. */
const copyProgram = async (program: string, root: string): Promise<void> => {
  const { stdout } = await run('ldd', [program])
  for (const file of [program, ...(stdout.match(/\/\S+/g) ?? [])]) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await cp(file, join(root, file), { dereference: true })
  }
}

const engineTest: ReturnType<typeof labTest> = isInstalled('docker')
  ? labTest(test.serial, { root: true, engine: true })
  : (title, implementation) => test.skip(`${title} (skipped: needs the program docker)`, implementation)

engineTest(
  'a real container starts with the sysctls of its namespaces, sees them, and would not start with one of the whole host',
  async (t) => {
    t.timeout(60_000)
    await using scratch = await scratchDirectory()
    const sysctl = (await run('sh', ['-c', 'command -v sysctl'])).stdout.trim()
    await copyProgram(sysctl, scratch.path)
    for (const folder of ['proc', 'sys', 'dev', 'etc']) await mkdir(join(scratch.path, folder), { recursive: true })
    const image = `hostler-test-sysctls:${process.pid}`
    t.teardown(() => run('docker', ['rmi', '--force', image], { accept: [0, 1] }))
    await run('sh', ['-c', `tar -C ${scratch.path} -c . | docker import - ${image}`])

    const resolved = resolveProfile('network-lossless', builtInProfiles)
    if (!resolved.ok) return t.fail()
    const sysctls = { ...containerSysctls(resolved.profile, { hostNetwork: false, hostIpc: false }), 'kernel.shmmni': '8192' }
    const start = (wanted: Readonly<Record<string, string>>) => [
      ...['run', '--rm', '--network', 'none'],
      ...Object.entries(wanted).flatMap(([key, value]) => ['--sysctl', `${key}=${value}`]),
      ...[image, sysctl, '-n', ...Object.keys(sysctls)],
    ]
    const { stdout } = await run('docker', start(sysctls))
    const seen = stdout.split('\n').map((line) => line.trim().split(/\s+/).join(' '))
    t.deepEqual(seen.slice(0, -1), Object.values(sysctls))

    const refused = await run('docker', start({ 'net.ipv4.neigh.default.gc_thresh1': '8192' }), { accept: [125, 126, 127] })
    t.regex(refused.stderr, /gc_thresh1/)
  },
)
