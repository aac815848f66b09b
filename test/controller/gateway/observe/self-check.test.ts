import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import { startSelfCheck } from '../../../../controller/gateway/observe/self-check.ts'
import { eventually } from '../../../lab/wait.ts'

test('a gateway that answers its own listener is alive, one that does not is not', async (t) => {
  const server = createServer((_request, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  let asked = 0
  server.on('request', () => {
    asked += 1
  })
  let nowMs = 0
  const clock = { monotonicMs: () => nowMs, unixMs: () => 0 }
  using check = startSelfCheck({ address: server.address() as AddressInfo, clock, everyMs: 10, patienceMs: 100 })
  nowMs = 90
  await eventually(() => asked >= 2, { deadlineMs: 10_000, what: 'the gateway to be asked' })
  nowMs = 150
  t.true(check.alive(), 'it answered at 90')
  server.close()
  server.closeAllConnections()
  await eventually(
    () => {
      nowMs += 1_000
      return !check.alive()
    },
    { deadlineMs: 10_000, what: 'the silence to be noticed' },
  )
})
