/** `npm run demo`: Hostler's main job on real parts, on one machine. Exit code 0 only when no request failed. */
import { runDemo } from './run.ts'

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(`stopped by ${name}`)))

// A connection to something that was killed may never end by itself.
process.exit(await runDemo({ signal: stop.signal, out: (text) => process.stdout.write(text) }))
