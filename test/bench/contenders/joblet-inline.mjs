/** joblet with `nJobs: 1`: no worker. */
import { joblet } from './joblet.mjs'

const open = joblet(undefined)
const openInline = () => open(1)

export { openInline as open }
