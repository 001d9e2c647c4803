/** Symbols that are the same in every process. */

const wellKnown = new Map<symbol, string>(
  Object.getOwnPropertyNames(Symbol).flatMap((name): [symbol, string][] => {
    const value = Reflect.get(Symbol, name) as unknown
    return typeof value === 'symbol' ? [[value, name]] : []
  }),
)

/** A name for a symbol that every process has; `undefined` for one that is unlike any other. */
export function nameOfSymbol(symbol: symbol): string | undefined {
  const key = Symbol.keyFor(symbol)
  return key === undefined ? wellKnown.get(symbol) : `for ${key}`
}
