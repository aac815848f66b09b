/** `npm run bench -- NAME [--json]`: measures Hostler, with its peers beside it in the same run. */
import { benches } from './registry.ts'
import { runBenches } from './run.ts'

const { argv, stdout, stderr } = process

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second signal means now; the kernel ends what was started, with this process.
    if (stop.signal.aborted) process.exit(130)
    stop.abort(new Error(`stopped by ${name}`))
  })
}

process.exitCode = await runBenches(argv.slice(2), benches, {
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  signal: stop.signal,
})
