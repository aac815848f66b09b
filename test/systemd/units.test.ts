import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { createLab } from '../lab/lab.ts'
import { labTest } from '../lab/requires.ts'
import { checkoutInside, startSystemdHost } from '../lab/systemd-host.ts'

const root = join(import.meta.dirname, '../..')
const units = ['hostler-agent.service', 'hostler-controller.service', 'hostler-gateway.service']

labTest(test, { systemd: true })('the units are valid, and docs/systemd.md states the security score of each', async (t) => {
  await using lab = await createLab()
  await using systemd = await startSystemdHost(await lab.addHost({ engine: true }))
  const page = await readFile(join(root, 'docs/systemd.md'), 'utf8')
  for (const unit of units) {
    const file = `${checkoutInside}/systemd/${unit}`
    const verdict = await systemd.exec('systemd-analyze', ['verify', '--man=no', file])
    t.is(`${verdict.stdout}${verdict.stderr}`, '', unit)
    const { stdout } = await systemd.exec('systemd-analyze', ['security', '--offline=yes', file])
    const score = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]
    t.true(page.includes(`| \`${unit}\` | ${score} |`), `${unit} has the score ${score}`)
  }
  for (const [command, file] of [
    ['systemd-sysusers', 'hostler.sysusers.conf'],
    ['systemd-tmpfiles', 'hostler.tmpfiles.conf'],
  ] as const) {
    await systemd.exec(command, [...(command === 'systemd-tmpfiles' ? ['--create'] : []), `${checkoutInside}/systemd/${file}`])
  }
  const directories = await systemd.exec('stat', ['--format', '%n %a %U %G', '/etc/hostler', '/var/lib/hostler/models'])
  t.is(directories.stdout, '/etc/hostler 750 root hostler\n/var/lib/hostler/models 755 root root\n')
})
