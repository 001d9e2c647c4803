/** The plain loop, in the program itself. */
import { isPerfect, sqrt } from '../work/functions.mjs'

const functions = { sqrt, isPerfect }

export async function open() {
  return {
    map: async (name, inputs) => {
      const results = []
      for (const input of inputs) results.push(functions[name](input))
      return results
    },
    close: async () => {},
  }
}
