/** One process of the gateway bench, started by its parent: `engine`, `hostler ORIGIN…` or `bare ORIGIN`. Tells its port, then its use of CPU and memory when asked. */
import { startBareProxy } from '../bare-proxy.ts'
import { startEngine } from '../engine.ts'
import { startHostler } from '../hostler.ts'

const [role, ...origins] = process.argv.slice(2)

const start = (): Promise<number> => {
  if (role === 'engine') return startEngine()
  return role === 'bare' ? startBareProxy(origins[0] ?? '') : startHostler(origins)
}

const port = await start()
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() })
})
process.on('disconnect', () => process.exit(0))
process.send?.({ port })
