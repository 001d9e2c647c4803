/** joblet on threads. */
import { joblet } from './joblet.mjs'

export const open = joblet('threads')
