/** A line of the file: why it is there stands above it. */
export interface SysctlLine {
  readonly key: string
  readonly value: string
  readonly reason: string
}

const firstLine = '# Written by Hostler for its tuning profile; changes are overwritten. "hostler tune revert" takes it away.'

/** The text of our file in sysctl.d; null when there is nothing to say. Pure. */
export const sysctlFileText = (profile: string, lines: readonly SysctlLine[]): string | null => {
  if (lines.length === 0) return null
  const body = [...lines]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, value, reason }) => `${reason === '' ? '' : `# ${reason.replaceAll(/\s+/g, ' ')}\n`}${key} = ${value}\n`)
  return `${firstLine}\n# Profile: ${profile}\n\n${body.join('')}`
}
