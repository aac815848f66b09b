import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { root } from './tree.ts'

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}
const page = await readFile(join(root, 'docs/dependencies.md'), 'utf8')

/** Names and reasons of the table under a heading. */
const tableUnder = (heading: string): readonly (readonly [string, string])[] => {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  return [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name = '', why = '']) => [name, why])
}

for (const [heading, packages] of [
  ['At run time', manifest.dependencies],
  ['For development', manifest.devDependencies],
] as const) {
  test(`docs/dependencies.md lists exactly the packages of package.json, each with why: ${heading.toLowerCase()}`, (t) => {
    const rows = tableUnder(heading)
    t.deepEqual(
      rows.map(([name]) => name),
      Object.keys(packages).toSorted(),
    )
    for (const [name, why] of rows) t.true(why.split(' ').length >= 5, `${name}: say why`)
  })
}
