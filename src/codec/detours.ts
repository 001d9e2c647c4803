/** Why a walk over a value must take another way. */
import type { Step } from './steps.js'

/** Thrown where a value's cycles can be followed in too many ways. */
export class TooManyWays extends Error {}

/** Thrown on the way into a value that is nested deeper than the stack is sure to hold. */
export class TooDeep extends Error {
  readonly object: object
  /** The objects around it, and the way through them. */
  readonly around: readonly object[]
  readonly steps: readonly Step[]

  constructor(object: object, around: readonly object[], steps: readonly Step[]) {
    super()
    this.object = object
    this.around = around
    this.steps = steps
  }
}
