import test from 'ava'
import { impuritiesOf, mustBePure } from './purity.ts'
import { manyLines, mostLines, rules } from './rules.ts'
import { readSource } from './source-file.ts'
import { readTree } from './tree.ts'

const rooms = ['agent', 'controller', 'shared', 'bench', 'demo']

const tree = await readTree(rooms)

for (const { name, check } of rules) {
  test(`the whole tree keeps the rule: ${name}`, (t) => {
    t.deepEqual(
      tree.flatMap((file) => check(file).map((problem) => `${file.path} ${problem}`)),
      [],
    )
  })
}

test('controller/domain and every plan.ts are pure, and reach only pure files', (t) => {
  const byPath = new Map(tree.map((file) => [file.path, file]))
  const pure = tree.filter(({ path }) => mustBePure(path))
  t.true(pure.length > 20)
  t.deepEqual(
    pure.flatMap((file) => impuritiesOf(file, byPath).map((problem) => `${file.path} ${problem}`)),
    [],
  )
})

test('files are short: the median is near 100 lines', (t) => {
  const lines = tree.map((file) => file.lines).toSorted((a, b) => a - b)
  const median = lines[Math.floor(lines.length / 2)] ?? 0
  t.true(median <= 120, `the median is ${median} lines`)
  for (const file of tree.filter((long) => long.lines > manyLines)) t.log(`${file.path} has ${file.lines} lines: look again`)
})

/** For each rule, by a part of its name: files that break it, and files that do not. */
const samples: readonly { readonly rule: string; readonly bad: readonly [string, string][]; readonly good: readonly [string, string][] }[] =
  [
    {
      rule: 'never import each other',
      bad: [
        ['agent/a.ts', "import { x } from '../controller/domain/x.ts'"],
        ['agent/deep/a.ts', "import type { X } from '../../controller/domain/x.ts'"],
        ['controller/rpc/a.ts', "export { x } from '../../agent/x.ts'"],
        ['controller/a.ts', "const x = await import('../agent/x.ts')"],
        ['shared/a.ts', "import { x } from '../agent/x.ts'"],
        ['shared/rpc/a.ts', "type X = import('../../controller/x.ts').X"],
      ],
      good: [
        ['agent/a.ts', "import { x } from '../shared/x.ts'"],
        ['controller/rpc/agent.ts', "import { x } from './agent/x.ts'"],
      ],
    },
    {
      rule: 'that is shipped',
      bad: [['agent/a.ts', "import { lab } from '../test/lab/lab.ts'"]],
      good: [
        ['agent/a.ts', "import { x } from './test-of-memory.ts'"],
        ['demo/a.ts', "import { lab } from '../test/lab/lab.ts'"],
      ],
    },
    {
      rule: 'one importer',
      bad: [
        ['controller/usecases/a.ts', "import sqlite3 from 'sqlite3'"],
        ['agent/a.ts', "import winston from 'winston'"],
        ['agent/reconcile/a.ts', "import type Docker from 'dockerode'"],
        ['agent/diagnose/a.ts', "import { parse } from '../../shared/nvidia-smi-parser/index.ts'"],
        ['agent/diagnose/a.ts', "import { parse } from 'nvidia-smi-parser'"],
        ['controller/domain/a.ts', "import type { Spec } from '../../proto/generated/hostler/v1/Spec.ts'"],
      ],
      good: [
        ['controller/store/a.ts', "import sqlite3 from 'sqlite3'"],
        ['shared/log/a.ts', "import winston from 'winston'"],
        ['agent/runtime/docker/a.ts', "import type Docker from 'dockerode'"],
        ['agent/observe/a.ts', "import { parse } from 'nvidia-smi-parser'"],
        ['controller/gateway/link/a.ts', "import type { Spec } from '../../../proto/generated/hostler/v1/Spec.ts'"],
        ['shared/rpc/codec/a.ts', "import type { Spec } from '../../../proto/generated/hostler/v1/Spec.ts'"],
      ],
    },
    {
      rule: 'run only by',
      bad: [
        ['agent/runtime/a.ts', "spawn('nvidia-smi', ['-L'])"],
        ['agent/tune/a.ts', "childProcess.execFileSync('/usr/bin/nvidia-smi')"],
      ],
      good: [
        ['agent/observe/a.ts', "spawn('nvidia-smi', ['-L'])"],
        ['agent/runtime/a.ts', "explain('nvidia-smi', 'hangs')"],
      ],
    },
    {
      rule: 'published as it stands',
      bad: [
        ['shared/nvidia-smi-parser/a.ts', "import { x } from '../errors/hostler-error.ts'"],
        ['shared/nvidia-smi-parser/a.ts', "import { z } from 'zod'"],
      ],
      good: [['shared/nvidia-smi-parser/a.ts', "import { x } from './xml.ts'"]],
    },
    {
      rule: 'touch the process',
      bad: [
        ['agent/a.ts', 'const { env } = process'],
        ['agent/a.ts', "process['argv'].slice(2)"],
        ['controller/a.ts', 'process.exit(1)'],
        ['controller/a.ts', "process.on('SIGTERM', stop)"],
        ['controller/a.ts', "import { stdout } from 'node:process'"],
        ['shared/config/a.ts', 'process.stdout.write(text)'],
      ],
      good: [
        ['agent/main.ts', "process.on('SIGTERM', () => process.exit(1))"],
        ['shared/config/a.ts', 'read(process.env)'],
        ['agent/a.ts', 'run(process.execPath, process.pid)'],
        ['agent/a.ts', "import { versions } from 'node:process'"],
        ['agent/a.ts', 'const stop = (process: Child) => process.on("exit", done)'],
        ['agent/a.ts', 'child.env = settings.process.env'],
      ],
    },
    { rule: 'junk drawers', bad: [['shared/utils/a.ts', '']], good: [['shared/units/a.ts', '']] },
    {
      rule: 'barrels',
      bad: [
        ['agent/observe/index.ts', "export * from './usage.ts'\nexport { x } from './x.ts'"],
        ['agent/observe/all.ts', "export type { X } from './x.ts'"],
      ],
      good: [
        ['shared/nvidia-smi-parser/index.ts', "export * from './gpu.ts'"],
        ['agent/a.ts', "export { x } from './x.ts'\nexport const y = 1"],
        ['agent/empty.ts', ''],
      ],
    },
    {
      rule: 'longer than',
      bad: [['agent/a.ts', 'let x\n'.repeat(mostLines + 1)]],
      good: [['agent/a.ts', `${'\n'.repeat(mostLines - 1)}f()\n`]],
    },
  ]

test('every rule is proven by samples', (t) => {
  for (const { name } of rules) t.is(samples.filter(({ rule }) => name.includes(rule)).length, 1, name)
  t.is(samples.length, rules.length)
})

for (const { rule, bad, good } of samples) {
  test(`the checker tells good from bad files: ${rule}`, (t) => {
    const { check } = rules.find(({ name }) => name.includes(rule)) ?? t.fail(rule)
    for (const [path, text] of bad) t.not(check(readSource(path, text)).length, 0, `${path}: ${text}`)
    for (const [path, text] of good) t.deepEqual(check(readSource(path, text)), [], `${path}: ${text}`)
  })
}

test('the checker tells pure from impure files, also through what they import', (t) => {
  const pureFile = readSource('shared/units/size.ts', 'export const double = (value: number) => value * 2')
  const impureFile = readSource('shared/clock/clock.ts', 'export const now = () => Date.now()')
  const known = new Map([pureFile, impureFile].map((file) => [file.path, file]))
  const impurities = (text: string) => impuritiesOf(readSource('controller/domain/x.ts', text), known)
  for (const text of [
    'export const now = Date.now()',
    'const today = new Date()',
    'const id = Math.random()',
    'performance.now()',
    'const { hrtime } = process',
    'setTimeout(later, 5)',
    "await fetch('http://localhost')",
    "import { readFile } from 'node:fs/promises'",
    "import { createHash, randomUUID } from 'node:crypto'",
    "import * as crypto from 'node:crypto'",
    "import { request } from 'undici'",
    "import { now } from '../../shared/clock/clock.ts'",
  ]) {
    t.is(impurities(text).length, 1, text)
  }
  for (const text of [
    'export const at = (unixMs: number) => new Date(unixMs)',
    "import type { Stats } from 'node:fs'",
    "import { join } from 'node:path'",
    "import { createHash } from 'node:crypto'",
    "import type { Clock } from '../../shared/clock/clock.ts'",
    "import { double } from '../../shared/units/size.ts'",
    'export const plan = (fetch: () => void, { process }: Facts) => fetch(process)',
    'interface Settings { readonly performance: number; readonly setTimeout: number }',
  ]) {
    t.deepEqual(impurities(text), [], text)
  }
  t.deepEqual(impurities("import { now } from '../../shared/clock/clock.ts'"), ['imports shared/clock/clock.ts, which uses Date.now'])
})
