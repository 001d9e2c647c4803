/** joblet on processes. */
import { joblet } from './joblet.mjs'

export const open = joblet('processes')
