/** Writes the tables of docs/tuning.md from the built-in profiles. What stands around them is written by hand. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtInProfiles } from '../shared/tuning/built-in.ts'
import type { Setting } from '../shared/tuning/profile.ts'
import { resolveProfile } from '../shared/tuning/resolve.ts'

const begin = '<!-- profiles: made by npm run generate -->'
const end = '<!-- /profiles -->'

const kinds: Readonly<Record<Setting['kind'], string>> = {
  sysctl: '',
  'transparent-huge-pages': 'transparent huge pages: ',
  'cpu-governor': 'CPU: ',
  'engine-limit': 'engine limit: ',
  'nvidia-persistence': 'NVIDIA persistence: ',
  'nic-ring': 'network card ring: ',
  'nic-check': 'RDMA card: ',
  filesystem: 'model path: ',
}
const words = { exact: '', 'at-least': 'at least ', advise: 'advice: ' } as const

const row = ({ kind, key, comparison, value, reason, source }: Setting): string =>
  `| ${kinds[kind]}\`${key}\` | ${words[comparison]}${value} | ${reason} | ${source} |`

const settingsOf = (name: string): readonly Setting[] => {
  const resolved = resolveProfile(name, builtInProfiles)
  if (!resolved.ok) throw new Error(`the built-in profile ${name} cannot be resolved: ${JSON.stringify(resolved.problems)}`)
  return resolved.profile.settings
}

/** What a profile adds to, or changes in, what it inherits. */
const ownSettings = (name: string, parents: readonly string[]): readonly Setting[] => {
  const inherited = new Set(parents.flatMap((parent) => settingsOf(parent).map((setting) => JSON.stringify(setting))))
  return settingsOf(name).filter((setting) => !inherited.has(JSON.stringify(setting)))
}

const tables = (): string =>
  [...builtInProfiles.values()]
    .map(({ name, description, inherits }) => {
      const parent = inherits.length === 0 ? '' : ` It starts from ${inherits.map((one) => `\`${one}\``).join(', ')} and adds or changes:`
      return `### \`${name}\`\n\n${description}${parent}\n\n| key | value | why | source |\n|---|---|---|---|\n${ownSettings(name, inherits).map(row).join('\n')}\n`
    })
    .join('\n')

/** The page with its tables as they should be; the text around the marks stays. Pure in `page`. */
export const tuningDocument = (page: string): string => {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`docs/tuning.md lacks the marks ${begin} and ${end}`)
  return `${before}${begin}\n\n${tables()}\n${end}${after}`
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '../docs/tuning.md')
  writeFileSync(file, tuningDocument(readFileSync(file, 'utf8')))
}
