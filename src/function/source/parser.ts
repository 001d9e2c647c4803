/** The parser: acorn. The package holds less of it, made by `.build/parser.mjs`. */
export type { AnyNode, Identifier, Options, Pattern, Program } from 'acorn'
export { parse, parseExpressionAt } from 'acorn'
