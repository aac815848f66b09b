import { posix } from 'node:path'
import type { SourceFile } from './source-file.ts'

/** A rule of the house. `check` names everything in a file that breaks it; pure. */
export interface Rule {
  readonly name: string
  readonly check: (file: SourceFile) => readonly string[]
}

/** The path that a relative import leads to; a package's name otherwise. */
export const targetOf = (path: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier

const inRoom = (path: string, room: string): boolean => path.startsWith(`${room}/`)

const targetsOf = ({ path, imports }: SourceFile): readonly string[] => imports.map(({ specifier }) => targetOf(path, specifier))

const isMain = (path: string): boolean => posix.basename(path) === 'main.ts'

/** A package, the ways into it, and the only rooms that may import it, types included. */
const soleImporters: readonly { readonly imported: RegExp; readonly by: RegExp; readonly where: string }[] = [
  { imported: /^sqlite3(\/|$)/, by: /^controller\/store\//, where: 'controller/store' },
  { imported: /^(winston|logform)(\/|$)/, by: /^shared\/log\//, where: 'shared/log' },
  { imported: /^(dockerode|docker-modem)(\/|$)/, by: /^agent\/runtime\//, where: 'agent/runtime' },
  {
    imported: /^(shared\/nvidia-smi-parser\/|nvidia-smi-parser(\/|$))/,
    by: /^(agent\/observe|shared\/nvidia-smi-parser)\//,
    where: 'agent/observe',
  },
  { imported: /^proto\/generated\//, by: /^(agent|controller|shared)\/(.*\/)?(rpc|link)\//, where: 'rpc/ and link/' },
]

const processParts = ['argv', 'env', 'exit', 'exitCode', 'stdin', 'stdout', 'stderr', 'on', 'once', 'addListener']

const junkDrawers = new Set(['utils', 'util', 'helpers', 'misc', 'common', 'lib'])

export const mostLines = 300
export const manyLines = 250

export const rules: readonly Rule[] = [
  {
    name: 'agent and controller never import each other, and shared imports neither',
    check: (file) => {
      const forbidden =
        { agent: ['controller'], controller: ['agent'], shared: ['agent', 'controller'] }[file.path.split('/')[0] ?? ''] ?? []
      return targetsOf(file)
        .filter((target) => forbidden.some((room) => inRoom(target, room)))
        .map((target) => `imports ${target}`)
    },
  },
  {
    name: 'nothing that is shipped imports tests, benches or the demo',
    check: (file) =>
      /^(agent|controller|shared)\//.test(file.path)
        ? targetsOf(file)
            .filter((target) => /^(test|bench|demo)\/|^ava$/.test(target))
            .map((target) => `imports ${target}`)
        : [],
  },
  {
    name: 'each of these has one importer: the database, the logger, the container engine, nvidia-smi, the wire types',
    check: (file) =>
      targetsOf(file).flatMap((target) =>
        soleImporters
          .filter(({ imported, by }) => imported.test(target) && !by.test(file.path))
          .map(({ where }) => `imports ${target}, which only ${where} may`),
      ),
  },
  {
    name: 'nvidia-smi is run only by agent/observe',
    check: ({ path, calls }) =>
      inRoom(path, 'agent/observe')
        ? []
        : calls
            .filter(({ callee, text }) => /^(spawn|exec|execFile|fork|run)/.test(callee) && /(^|\/)nvidia-smi$/.test(text))
            .map(({ callee }) => `calls ${callee}('nvidia-smi')`),
  },
  {
    name: 'nvidia-smi-parser imports nothing of Hostler, so that it can be published as it stands',
    check: (file) =>
      inRoom(file.path, 'shared/nvidia-smi-parser')
        ? targetsOf(file)
            .filter((target) => !inRoom(target, 'shared/nvidia-smi-parser') && !target.startsWith('node:'))
            .map((target) => `imports ${target}`)
        : [],
  },
  {
    name: 'only main.ts files and shared/config touch the process: arguments, environment, streams, exit, signals',
    check: ({ path, globals, imports }) => {
      if (isMain(path)) return []
      const allowed = inRoom(path, 'shared/config') ? ['argv', 'env'] : []
      const parts = processParts.filter((part) => !allowed.includes(part) && globals.has(`process.${part}`))
      const imported = imports
        .filter(({ specifier, typeOnly }) => /^(node:)?process$/.test(specifier) && !typeOnly)
        .flatMap(({ names }) => names.filter((name) => ['default', '*', ...processParts].includes(name)))
      return [...parts.map((part) => `uses process.${part}`), ...imported.map((name) => `imports ${name} of node:process`)]
    },
  },
  {
    name: 'no junk drawers',
    check: ({ path }) =>
      path
        .split('/')
        .slice(0, -1)
        .filter((directory) => junkDrawers.has(directory))
        .map((directory) => `lives in a directory named ${directory}`),
  },
  {
    name: 'no barrels; the entry of a package is none',
    check: ({ path, onlyReexports }) =>
      onlyReexports && path !== 'shared/nvidia-smi-parser/index.ts' ? ['only passes on what other files export'] : [],
  },
  {
    name: `no file is longer than ${mostLines} lines`,
    check: ({ lines }) => (lines > mostLines ? [`has ${lines} lines`] : []),
  },
]
