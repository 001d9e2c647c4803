/** Source text back to functions, at the place in the user's file that it came from. Worker-safe. */
import * as vm from 'node:vm'
import type { Code } from '../parcel/parcel.js'
import { mark } from '../parcel/shifts.js'

/** A compiled text: makes one function whose free variables are its own, and a setter for those. */
export type Factory = () => readonly [
  setVariables: (values: Record<string, unknown>) => void,
  make: (this: unknown, ...args: unknown[]) => object,
]

const factories = new Map<string, Factory>()
// Compiled code holds no state; the limit only guards against a program that makes texts without end.
const maxFactories = 10_000

/**
 * Compile `code` with free variables `names`. The same text is compiled once per process; its instances share nothing.
 *
 * @throws {SyntaxError} If this engine does not know the syntax of the one that sent it.
 */
export function compile(code: Code, names: readonly string[]): Factory {
  const key = `${code.file ?? ''}:${code.line}:${code.column}:${code.strict}:${names.join()}:${code.text}`
  let factory = factories.get(key)
  if (factory === undefined) {
    if (factories.size >= maxFactories) factories.clear()
    factories.set(key, (factory = compileAnew(code, names)))
  }
  return factory
}

/** `import(specifier)` as if it were written in the module `parent`, so that its loader, package and relative paths apply. */
export function importFrom(parent: string | undefined, specifier: string, attributes?: Record<string, string>): Promise<unknown> {
  const name = parent ?? 'joblet'
  let importer = importers.get(name)
  if (importer === undefined)
    importers.set(name, (importer = run('(s, o) => o ? import(s, o) : import(s)', { filename: name }) as Importer))
  return importer(specifier, attributes && { with: attributes })
}

/** Whether a script is one that {@link compile} made, of one function of a file. */
export const isCompiled = (text: string): boolean => /^\(\(\)=>\{("use strict";)?(var [^;]*;)?return\[function\(\$\$values\)/.test(text)

/** Whether {@link compile} made `text` of strict code. */
export const isCompiledStrict = (text: string): boolean => isCompiled(text) && text.startsWith('(()=>{"use strict";')

type Importer = (specifier: string, options: { with: Record<string, string> } | undefined) => Promise<unknown>
const importers = new Map<string, Importer>()

function compileAnew(code: Code, names: readonly string[]): Factory {
  const list = names.join(',')
  const variables = names.length === 0 ? '' : `var ${list};`
  const assign = names.length === 0 ? '' : `({${list}}=$$values)`
  const before = `(()=>{${code.strict ? '"use strict";' : ''}${variables}return[function($$values){${assign}},function(){return `
  // All that precedes the user's text stands on its first line; the offset makes the engine count as in the user's file.
  const added = before.length + (code.text.startsWith('({') ? 2 : 1)
  return run(`${before}${code.text}}]})`, {
    filename: nameOf(code),
    lineOffset: code.line,
    columnOffset: code.column - added,
  }) as Factory
}

const nameOf = ({ file, shifts }: Code): string => (file === undefined ? 'joblet' : shifts === undefined ? file : mark(file, shifts))

function run(text: string, options: vm.ScriptOptions): unknown {
  return new vm.Script(text, { ...options, ...loader() }).runInThisContext()
}

let quiet = false

/** `import()` in compiled text goes through Node's own loader; Node warns once that this is experimental, which is not the user's doing. */
function loader(): Pick<vm.ScriptOptions, 'importModuleDynamically'> {
  const importModuleDynamically = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER
  if (importModuleDynamically === undefined) return {}
  if (!quiet) {
    quiet = true
    // Of a module with little in it: an ES import reads every field, and of `node:process` that opens the standard streams, 6 ms in each worker.
    hushed(
      () =>
        void (new vm.Script('import("node:vm")', { importModuleDynamically }).runInThisContext() as Promise<unknown>).catch(
          () => undefined,
        ),
    )
  }
  return { importModuleDynamically }
}

function hushed(work: () => void): void {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    work()
  } finally {
    process.emitWarning = emitWarning
  }
}
