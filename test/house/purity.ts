import { posix } from 'node:path'
import { targetOf } from './rules.ts'
import type { Import, SourceFile } from './source-file.ts'

/** Files that must be pure: no I/O, no clock, no random. */
export const mustBePure = (path: string): boolean => path.startsWith('controller/domain/') || posix.basename(path) === 'plan.ts'

const purePackages = new Set(['zod', 'yaml', 'node:path', 'node:path/posix', 'node:util'])

/** Packages of which only these parts are pure: hashing, and the reading of cron expressions. */
const pureParts: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['node:crypto', new Set(['createHash', 'createHmac'])],
  ['node-cron', new Set(['validateDetailed'])],
])

const isPureImport = ({ specifier, names, typeOnly }: Import): boolean =>
  typeOnly ||
  specifier.startsWith('.') ||
  purePackages.has(specifier) ||
  (names.length > 0 && names.every((name) => pureParts.get(specifier)?.has(name) ?? false))

const impureGlobals = [
  ...['Date.now', 'new Date()', 'Math.random', 'performance', 'process', 'crypto', 'console', 'fetch', 'globalThis'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'WebSocket', 'EventSource', 'Worker'],
]

const ownImpurities = (file: SourceFile): readonly string[] => [
  ...impureGlobals.filter((name) => file.globals.has(name)).map((name) => `uses ${name}`),
  ...file.imports.filter((imported) => !isPureImport(imported)).map(({ specifier }) => `imports ${specifier}`),
]

/**
 * What makes a file impure, itself or through any file that it imports at run time; each finding names the way there.
 * Types may come from anywhere. Pure.
 */
export const impuritiesOf = (start: SourceFile, tree: ReadonlyMap<string, SourceFile>): readonly string[] => {
  const seen = new Set<string>()
  const visit = (file: SourceFile, way: string): readonly string[] => {
    if (seen.has(file.path)) return []
    seen.add(file.path)
    const below = file.imports
      .filter(({ specifier, typeOnly }) => !typeOnly && specifier.startsWith('.'))
      .flatMap(({ specifier }) => {
        const target = tree.get(targetOf(file.path, specifier))
        return target ? visit(target, `${way}imports ${target.path}, which `) : []
      })
    return [...ownImpurities(file).map((impurity) => `${way}${impurity}`), ...below]
  }
  return visit(start, '')
}
