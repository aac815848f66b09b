export interface Mount {
  readonly mountPoint: string
  readonly type: string
  /** `MAJOR:MINOR` of what holds it; `0:N` where that is no block device. */
  readonly deviceNumber: string
  /** `/dev/sda1`, `server:/export`, `overlay`, … */
  readonly source: string
  /** Of this mount alone. */
  readonly options: readonly string[]
  /** Of the filesystem, wherever it is mounted. */
  readonly filesystemOptions: readonly string[]
}

/**
 * The mount that holds a resolved path, from the text of /proc/self/mountinfo: the longest mount point that contains it, the
 * last one where several lie on each other. Undefined when none does. Pure.
 */
export const mountOf = (mountinfo: string, resolvedPath: string): Mount | undefined => {
  let best: Mount | undefined
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ')
    const [, , deviceNumber = '', , encoded = '', options = ''] = before.split(' ')
    const [type = '', source = '', filesystemOptions = ''] = after.split(' ')
    const mountPoint = decodeOctal(encoded)
    if (mountPoint === '' || type === '' || !contains(mountPoint, resolvedPath)) continue
    if (best && mountPoint.length < best.mountPoint.length) continue
    best = {
      ...{ mountPoint, type, deviceNumber, source: decodeOctal(source) },
      ...{ options: options.split(','), filesystemOptions: filesystemOptions.split(',') },
    }
  }
  return best
}

const contains = (folder: string, path: string): boolean => folder === '/' || path === folder || path.startsWith(`${folder}/`)

/** The kernel writes space, tab, newline and backslash as octal. */
const decodeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
