/** The plain loop, in the program itself. */
import { functions } from '../work/functions.mjs'

export async function open() {
  return {
    map: async (name, inputs) => {
      const fn = functions[name]
      const results = []
      for (const input of inputs) results.push(fn(input))
      return results
    },
    share: (array) => array,
    close: async () => {},
  }
}
