/**
 * Many simulated hosts in one process, for the bench of the controller. Usage: main.ts FIRST COUNT JOIN_TOKEN. Enrols each, says so, keeps
 * their sessions, and writes a line of JSON whenever another number of them holds a lease.
 */
import { systemClock } from '../../../shared/clock/clock.ts'
import { parseJoinToken } from '../../../shared/identity/join-token.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import { enrolWithToken } from '../../../shared/rpc/enrol.ts'
import { SwarmHost } from './host.ts'

const [first = '0', count = '0', token = ''] = process.argv.slice(2)
const joinToken = parseJoinToken(token)
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort())
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

const numbers = Array.from({ length: Number(count) }, (_, at) => Number(first) + at)
const waiting = [...numbers]
const hosts: SwarmHost[] = []
const running: Promise<void>[] = []

const enrolNext = async (): Promise<void> => {
  for (let number = waiting.shift(); number !== undefined && !stopping.signal.aborted; number = waiting.shift()) {
    const name = `host-${String(number).padStart(5, '0')}`
    const credentials = await enrolWithToken(joinToken, { name, machineId: `machine-${name}` })
    const host = new SwarmHost(number, name)
    hosts.push(host)
    running.push(host.run(credentials, stopping.signal))
  }
}
await Promise.all(Array.from({ length: 8 }, enrolNext))
say({ enrolled: hosts.length })

let told = -1
while ((await pause(50, stopping.signal)) === 'elapsed') {
  const nowMs = systemClock.monotonicMs()
  const inTouch = hosts.filter(({ lease }) => lease.valid(nowMs)).length
  if (inTouch !== told) say({ inTouch })
  told = inTouch
}
await Promise.all(running)
