/** workerpool's worker file, as its documentation has it. */
import workerpool from 'workerpool'
import { chunk, isPerfect, sqrt } from './functions.mjs'

workerpool.worker({ sqrt, isPerfect, chunk })
