/**
 * Node does not run TypeScript that lies under node_modules, so the published package holds JavaScript while the repository
 * uses the sources as they are: `prepack` compiles them and points the exports at the result, `postpack` puts both back.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'

const manifest = new URL('package.json', import.meta.url)
const sources = './index.ts'
const compiled = { types: './dist/index.d.ts', default: './dist/index.js' }

const exportsTo = (target) =>
  writeFileSync(manifest, `${JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), exports: target }, null, 2)}\n`)

const steps = {
  publish: () => {
    execFileSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: new URL('.', import.meta.url), stdio: 'inherit' })
    exportsTo(compiled)
  },
  restore: () => {
    exportsTo(sources)
    rmSync(new URL('dist', import.meta.url), { recursive: true, force: true })
  },
}

const step = steps[process.argv[2] ?? '']
if (!step) throw new Error(`usage: build.mjs publish|restore, not ${process.argv[2]}`)
step()
