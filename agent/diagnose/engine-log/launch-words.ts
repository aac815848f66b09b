/** The words an engine is launched with. */
export interface LaunchWords {
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

interface Place {
  readonly list: 'command' | 'args'
  readonly index: number
  /** `--flag=value` in one word. */
  readonly joined: boolean
  readonly flag: string
  readonly value: string
}

/** vLLM takes `--max_num_seqs` for `--max-num-seqs`, as do others. */
const sameFlag = (a: string, b: string): boolean => a.replaceAll('_', '-') === b.replaceAll('_', '-')

const placeIn = (words: readonly string[], list: Place['list'], flags: readonly string[]): Place | undefined => {
  for (let index = words.length - 1; index >= 0; index -= 1) {
    const word = words[index] ?? ''
    const equals = word.indexOf('=')
    const name = equals === -1 ? word : word.slice(0, equals)
    const flag = word.startsWith('-') ? flags.find((candidate) => sameFlag(candidate, name)) : undefined
    if (flag === undefined) continue
    const value = equals === -1 ? words[index + 1] : word.slice(equals + 1)
    if (value !== undefined) return { list, index, joined: equals !== -1, flag: name, value }
  }
  return undefined
}

/** Engines let the last of several win. */
const placeOf = ({ command, args }: LaunchWords, flags: readonly string[]): Place | undefined =>
  placeIn(args, 'args', flags) ?? placeIn(command, 'command', flags)

/** The flag as it is written there, with its value; undefined when it is not given. */
export const flagIn = (words: LaunchWords, flags: readonly string[]): { readonly flag: string; readonly value: string } | undefined => {
  const place = placeOf(words, flags)
  return place && { flag: place.flag, value: place.value }
}

/** The words with the flag set, in its place, or at the end of the arguments. */
export const withFlag = (words: LaunchWords, flag: string, value: string): LaunchWords => {
  const place = placeOf(words, [flag])
  if (!place) return { ...words, args: [...words.args, flag, value] }
  const list = [...words[place.list]]
  if (place.joined) list[place.index] = `${place.flag}=${value}`
  else list[place.index + 1] = value
  return { ...words, [place.list]: list }
}

/** What is added to the arguments of a shell does not reach the engine. */
export const isShell = ({ command }: LaunchWords): boolean =>
  /(?:^|\/)(?:ba|da|z|a)?sh$/.test(command[0] ?? '') && command.some((word) => /^-\w*c$/.test(word))
