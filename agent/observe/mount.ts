export interface Mount {
  readonly mountPoint: string
  readonly type: string
}

/**
 * The mount that holds a resolved path, from the text of /proc/self/mountinfo: the longest mount point that contains it, the
 * last one where several lie on each other. Undefined when none does. Pure.
 */
export const mountOf = (mountinfo: string, resolvedPath: string): Mount | undefined => {
  let best: Mount | undefined
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ')
    const mountPoint = decodeOctal(before?.split(' ')[4] ?? '')
    const type = after?.split(' ')[0] ?? ''
    if (mountPoint === '' || type === '' || !contains(mountPoint, resolvedPath)) continue
    if (!best || mountPoint.length >= best.mountPoint.length) best = { mountPoint, type }
  }
  return best
}

const contains = (folder: string, path: string): boolean => folder === '/' || path === folder || path.startsWith(`${folder}/`)

/** The kernel writes space, tab, newline and backslash as octal. */
const decodeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
