/** workerpool's worker file, as its documentation has it. */
import workerpool from 'workerpool'
import { functions } from './functions.mjs'

workerpool.worker(functions)
