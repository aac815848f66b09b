const mostBytes = 1024 * 1024

/** The lines of a log; of one that is very long, those of its last MiB. Empty lines are left out. */
export const lastLines = async (log: AsyncIterable<Buffer>): Promise<readonly string[]> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const data of log) {
    chunks.push(data)
    bytes += data.length
    while (bytes - (chunks[0]?.length ?? 0) >= mostBytes) bytes -= chunks.shift()?.length ?? 0
  }
  const text = Buffer.concat(chunks).subarray(-mostBytes).toString('utf8')
  return text.split('\n').filter((line) => line !== '')
}
