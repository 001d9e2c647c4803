/** poolifier's worker file, as its documentation has it. */
import { ThreadWorker } from 'poolifier'
import { functions } from './functions.mjs'

export default new ThreadWorker(functions)
