/** Limits that the container engine itself runs with. */
export interface EngineLimits {
  /** Bytes, or `unlimited`; undefined: not ours to say. */
  readonly memlock?: string
  readonly nofile?: string
}

const directives = { memlock: 'LimitMEMLOCK', nofile: 'LimitNOFILE' } as const
export const limitKeys = ['memlock', 'nofile'] as const

const forSystemd = (value: string): string => (value === 'unlimited' ? 'infinity' : value)

/** The text of a drop-in for the engine's unit; null when there is nothing to say. Pure. */
export const dropInText = (profile: string, limits: EngineLimits): string | null => {
  const lines = limitKeys.flatMap((key) => {
    const value = limits[key]
    return value === undefined ? [] : [`${directives[key]}=${forSystemd(value)}`]
  })
  if (lines.length === 0) return null
  return (
    '# Written by Hostler for its tuning profile; changes are overwritten. "hostler tune revert" takes it away.\n' +
    `# Profile: ${profile}. Holds from the next start of the engine on.\n[Service]\n${lines.join('\n')}\n`
  )
}

/** The limits that a unit or drop-in sets; of one named twice the last. Pure. */
export const limitsInUnit = (text: string): EngineLimits => {
  const found: { memlock?: string; nofile?: string } = {}
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*(LimitMEMLOCK|LimitNOFILE)\s*=\s*(\S+)/.exec(line) ?? []
    // `soft:hard`: the hard one is what containers can reach.
    const hard = value?.split(':').at(-1)
    if (hard === undefined) continue
    const key = name === 'LimitMEMLOCK' ? 'memlock' : 'nofile'
    found[key] = hard === 'infinity' ? 'unlimited' : hard
  }
  return found
}
