import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

/** The machine that figures come from, in one line. */
export const machineLine = async (): Promise<string> => {
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const when = new Date().toISOString().slice(0, 16).replace('T', ' ')
  return `${when} UTC, ${cores}, ${memory}, Linux ${release()}, Node ${process.versions.node}, load average ${(loadavg()[0] ?? 0).toFixed(1)}`
}
