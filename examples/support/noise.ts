/** Noise that is the same on every machine and in every language: the linear congruential generator of ANSI C's example of `rand`. */

/** The number after `state`: a whole one, from 0 to 2^31 - 1. */
export const nextNoise = (state: number): number => Number((BigInt(state) * 1_103_515_245n + 12_345n) % 2_147_483_648n)
