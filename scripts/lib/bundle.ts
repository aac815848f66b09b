import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { leanBuiltins, oneLocale } from './lean-modules.ts'

const root = join(import.meta.dirname, '../..')

/** The programs: the agent is one of its own, so that a GPU host loads nothing of the controller. */
const programs = ['agent', 'controller'] as const

/** The addon is found by searching folders for one at run time; in a bundle it lies beside it. */
const sqliteAddon: Plugin = {
  name: 'sqlite3 addon',
  setup(builder) {
    builder.onLoad({ filter: /sqlite3-binding\.js$/ }, () => ({
      contents: `module.exports = require('${join(root, 'node_modules/sqlite3/build/Release/node_sqlite3.node')}')`,
    }))
  },
}

/** The engine client carries an SSH client along, for engines of other machines. Agents use the socket of their own host. */
const withoutSsh: Plugin = {
  name: 'without ssh2',
  setup(builder) {
    builder.onResolve({ filter: /^ssh2$/ }, ({ path }) => ({ path, namespace: 'absent' }))
    builder.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents: "module.exports = { Client: class { constructor() { throw new Error('engines behind SSH are not supported') } } }",
    }))
  },
}

export interface Bundle {
  /** Bytes by the name of the file in dist/. */
  readonly files: Readonly<Record<string, number>>
  /** Folders of the packages that went into it, relative to the root. */
  readonly packages: readonly string[]
}

/**
 * Writes the programs to `target`, and to `chunks/` in it what they share or load only when a command needs it. Each file appears whole or
 * not at all, and what it imports before it does.
 */
export const bundle = async (target: string): Promise<Bundle> => {
  const directory = resolve(target)
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: programs.map((program) => ({ in: `${program}/main.ts`, out: program })),
    outdir: directory,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node26',
    // Names stay readable in stack traces.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    loader: { '.node': 'copy' },
    assetNames: '[name]',
    // Packages in CommonJS ask for these at run time.
    banner: {
      js: [
        "import { createRequire as $createRequire } from 'node:module'",
        'const require = $createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname',
      ].join('\n'),
    },
    plugins: [sqliteAddon, withoutSsh, leanBuiltins, oneLocale],
    logLevel: 'warning',
    metafile: true,
    write: false,
  })
  const chunks = join(directory, 'chunks')
  await mkdir(chunks, { recursive: true })
  const isProgram = (path: string) => programs.some((program) => path === join(directory, `${program}.js`))
  for (const { path, contents } of outputFiles.toSorted((a, b) => Number(isProgram(a.path)) - Number(isProgram(b.path)))) {
    await replaceFile(path, contents)
  }
  const present = new Set(outputFiles.map(({ path }) => path))
  for (const name of await readdir(chunks)) if (!present.has(join(chunks, name))) await rm(join(chunks, name))
  return {
    files: Object.fromEntries(outputFiles.map(({ path, contents }) => [relative(directory, path), contents.length])),
    packages: [...new Set(Object.keys(metafile.inputs).flatMap((input) => packageOf(input) ?? []))].toSorted(),
  }
}

const packageOf = (input: string): string | undefined => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]

const replaceFile = async (path: string, contents: Uint8Array): Promise<void> => {
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}`)
  try {
    await writeFile(unfinished, contents)
    await rename(unfinished, path)
  } finally {
    await rm(unfinished, { force: true })
  }
}
