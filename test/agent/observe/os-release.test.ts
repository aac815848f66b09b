import test from 'ava'
import { osNameOf, readOsName } from '../../../agent/observe/os-release.ts'

test('the pretty name is taken, quotes and escapes undone', (t) => {
  t.is(
    osNameOf('NAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n'),
    'Debian GNU/Linux 12 (bookworm)',
  )
  t.is(osNameOf('PRETTY_NAME=\'My \\"own\\" Linux\'\n'), 'My "own" Linux')
})

test('without a pretty name it is the name and its version', (t) => {
  t.is(osNameOf('NAME=Alpine\nVERSION_ID=3.22\n'), 'Alpine 3.22')
  t.is(osNameOf('garbage'), '')
})

test('this machine has a name', async (t) => {
  t.not(await readOsName(), '')
})
