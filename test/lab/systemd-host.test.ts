import test from 'ava'
import { createLab } from './lab.ts'
import { labTest } from './requires.ts'
import { checkoutInside, startSystemdHost } from './systemd-host.ts'
import { eventually } from './wait.ts'

const onSystemd = labTest(test, { systemd: true })

onSystemd('real systemd boots on a host and runs a Type=notify unit with the checkout in sight', async (t) => {
  await using lab = await createLab()
  const host = await lab.addHost({ engine: true })
  await using systemd = await startSystemdHost(host)
  t.is(systemd.state, 'running')
  t.is((await systemd.exec('hostname', [])).stdout.trim(), host.name)
  const addresses = await systemd.exec('ip', ['-brief', 'address', 'show', 'eth0'])
  t.true(addresses.stdout.includes(host.address))

  const unit = [
    ...['[Service]', 'Type=notify', 'NotifyAccess=all', 'MemoryMax=64M'],
    `ExecStart=/bin/sh -c 'test -f ${checkoutInside}/package.json && systemd-notify --ready && echo started && sleep 1000'`,
  ].join('\n')
  await systemd.exec('tee', ['/run/systemd/system/probe.service'], { input: unit })
  await systemd.exec('systemctl', ['start', 'probe.service'])
  t.is((await systemd.exec('systemctl', ['is-active', 'probe.service'])).stdout.trim(), 'active')
  await eventually(async () => (await systemd.journal('probe.service')).includes('started'), {
    deadlineMs: 5_000,
    what: 'the unit to have written to the journal',
  })
})

onSystemd('a host under systemd has the container engine of its lab host and can run Node from the checkout', async (t) => {
  await using lab = await createLab()
  const host = await lab.addHost({ engine: true })
  await using systemd = await startSystemdHost(host)
  const program = `
    require('node:http').get({ socketPath: '/var/run/docker.sock', path: '/info' }, (response) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk)).on('end', () => console.log(JSON.parse(body).Name))
    })`
  const { stdout } = await systemd.exec(`${checkoutInside}/node_modules/.bin/node`, ['--eval', program])
  t.is(stdout.trim(), host.name)
})
