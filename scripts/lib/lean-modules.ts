import type { Plugin } from 'esbuild'

const identifier = /^[A-Za-z_$][\w$]*$/

const exportsOf = (name: string): readonly string[] =>
  Object.getOwnPropertyNames(process.getBuiltinModule(name)).filter((key) => key !== 'default' && identifier.test(key))

/**
 * An `import` of a module of Node evaluates every export of it, accessors too: `node:http` brings a whole HTTP client along for its WebSocket.
 * Each export is asked for alone here, and those that nothing imports fall away in the bundle.
 */
export const leanBuiltins: Plugin = {
  name: 'modules of Node without what nobody asks for',
  setup(builder) {
    builder.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' && path !== 'node:module' ? { path, namespace: 'lean-builtin', sideEffects: false } : undefined,
    )
    builder.onLoad({ filter: /.*/, namespace: 'lean-builtin' }, ({ path }) => ({
      contents: [
        `const builtin = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)})`,
        'export default builtin',
        ...exportsOf(path).map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})()`),
      ].join('\n'),
    }))
  },
}

/** zod brings its error messages in fifty languages; ours are written by us. */
export const oneLocale: Plugin = {
  name: 'zod in one language',
  setup(builder) {
    builder.onLoad({ filter: /node_modules\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
      loader: 'js',
    }))
  },
}
