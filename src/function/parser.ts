/** The parser: acorn. The package holds it as a file of its own, made by `.build/parser.mjs`. */
export type { AnyNode, Identifier, Options, Pattern, Program } from 'acorn'
export { parse, parseExpressionAt } from 'acorn'
