import { removeDeadRuns } from './leftovers.ts'

const verb = process.argv[2]
if (verb === 'clean') {
  const runs = await removeDeadRuns()
  if (runs.length > 0) console.log(`lab: removed what the dead runs ${runs.join(', ')} left behind`)
} else {
  console.error('usage: main.ts clean')
  process.exitCode = 2
}
