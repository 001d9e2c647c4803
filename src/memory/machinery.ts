/** All that `Memory` loads late. */
export { Core } from './core.js'
export { entriesOf } from './entries.js'
export { Memoized } from './memoized.js'
export { metadataOf } from './metadata.js'
