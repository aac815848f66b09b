import test from 'ava'
import { randomSecrets } from '../../../controller/usecases/secrets.ts'

test('a secret is never taken for an option by an engine that gets it on its command line', (t) => {
  const secrets = Array.from({ length: 1_000 }, () => randomSecrets.newSecret())
  t.deepEqual(
    secrets.filter((secret) => !/^[0-9a-f]{64}$/.test(secret)),
    [],
  )
  t.is(new Set(secrets).size, secrets.length)
})
