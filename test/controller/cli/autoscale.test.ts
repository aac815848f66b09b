import test from 'ava'
import { startControlServer } from './support/control-server.ts'
import { troubledFleet } from './support/fleets.ts'
import { run } from './support/run.ts'

const shown = async (line: string, columns: number): Promise<string> => {
  await using server = await startControlServer()
  server.answers.fleet = troubledFleet()
  return (await run(line.split(' '), { credentialsFile: server.credentialsFile, columns })).stdout
}

test('describe shows the signals of an autoscaled deployment, what they ask for, and what holds the number', async (t) => {
  const stdout = await shown('describe deployment ds7b', 120)
  t.regex(stdout, /Autoscale: +2 to 8; wishes 3, and 1 replica of that is still loading/)
  t.regex(stdout, /SIGNAL +NOW +TARGET +ASKS +ENOUGH +NOTE/)
  t.regex(stdout, /waiting +14 per replica +4 +3 +1/)
  t.regex(stdout, /kvCache +- +80 % +- +\? +no figures, so nothing is taken away/)
})

test('get deployments -o wide shows the bounds of those that are autoscaled', async (t) => {
  const stdout = await shown('get deployments -o wide', 200)
  const [head = '', ...rows] = stdout.split('\n')
  t.regex(head, /MIN-MAX/)
  t.regex(rows.find((row) => row.startsWith('ds7b ')) ?? '', / 2-8 /)
})
