/**
 * The one door to fp-ts. `fp-ts/Either` type-checks and fails at run time in ES modules, only `fp-ts/lib/*.js` loads;
 * the build swaps in the `es6` twin of each, of which tree-shaking leaves a few lines: loading fp-ts whole takes 15 ms.
 */
export { separate } from 'fp-ts/lib/Array.js'
export { bimap, type Either, getOrElse, isLeft, isRight, left, map, mapLeft, orElseW, right } from 'fp-ts/lib/Either.js'
export { pipe } from 'fp-ts/lib/function.js'
export type { Separated } from 'fp-ts/lib/Separated.js'
