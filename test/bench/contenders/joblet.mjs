/** joblet: one `delayed` call per input; what the calls cost counts. */
import { delayed, Parallel } from 'joblet'
import { functions as work } from '../work/functions.mjs'

const functions = { ...work, sqrt: Math.sqrt }

export const joblet = (backend) => async (workers) => {
  const parallel = Parallel({ nJobs: workers, backend })
  return {
    map: (name, inputs) => {
      const fn = functions[name]
      return parallel(inputs.map((input) => delayed(fn)(input)))
    },
    close: () => parallel.close(),
  }
}
