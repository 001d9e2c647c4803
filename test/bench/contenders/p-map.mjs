/** p-map, on the program's own event loop: it orders promises and has no workers. */
import pMap from 'p-map'
import { functions } from '../work/functions.mjs'

export async function open(workers) {
  return {
    map: (name, inputs) => pMap(inputs, functions[name], { concurrency: workers }),
    share: (array) => array,
    close: async () => {},
  }
}
