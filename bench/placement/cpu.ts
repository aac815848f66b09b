/** CPU time of this process, ms: nothing else runs in it. */
export const cpuMsOf = (work: () => void): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
