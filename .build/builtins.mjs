/** How the package gets at Node's own modules. */

/**
 * Modules of Node that are taken by `process.getBuiltinModule`: an `import` reads every export of the module, getters too, and so loads
 * streams with `node:fs`. That is 2 to 3 ms of what `import 'joblet'` costs on Node 20, 5 to 6 on Node 24.
 */
const taken = /^node:(async_hooks|crypto|events|fs|os|path|timers|url|util\/types|v8|vm)$/

/** Taken at the first call of one of its functions: loading it costs 2 ms on Node 20, 5 to 10 on Node 24. */
const takenLate = new Set(['node:crypto'])

/** Part of every build. */
export const takeBuiltins = {
  name: 'take-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: taken }, ({ path }) => ({ path, namespace: 'builtin' }))
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path)).filter((name) => /^\w+$/.test(name))
      // What nobody imports is left out.
      const lines = names.map((name) => `export const ${name} = /* @__PURE__ */ take('${name}')`)
      return { contents: [takenLate.has(path) ? takeLate(path) : takeNow(path), ...lines].join('\n') }
    })
  },
}

const takeNow = (path) => `const builtin = /* @__PURE__ */ process.getBuiltinModule('${path}')
const take = (name) => builtin[name]`

const takeLate = (path) => `let builtin
const take = (name) => (...args) => (builtin ??= process.getBuiltinModule('${path}'))[name](...args)`
