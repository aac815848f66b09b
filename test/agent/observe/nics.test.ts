import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { readNics } from '../../../agent/observe/nics.ts'
import { scratchDirectory } from '../../support/scratch.ts'

test('an interface that goes while it is looked at is left out, not reported with zeros', async (t) => {
  await using directory = await scratchDirectory()
  const devices = join(directory.path, 'devices/pci')
  const classNet = join(directory.path, 'class')
  await mkdir(classNet)
  for (const name of ['nic0', 'nic1']) {
    await mkdir(join(devices, name), { recursive: true })
    await symlink(join(devices, name), join(classNet, name))
  }
  for (const [attribute, value] of Object.entries({ mtu: '9000', speed: '100000', address: '02:00:00:00:00:01', operstate: 'up' })) {
    await writeFile(join(devices, 'nic0', attribute), `${value}\n`)
  }
  t.deepEqual(await readNics(classNet), [
    { name: 'nic0', mac: '02:00:00:00:00:01', speedMbps: 100_000, mtu: 9000, addresses: [], up: true },
  ])
})
