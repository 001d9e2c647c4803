/** Threads keep the contract of every backend, and that of workers. */
import { backendContract } from '../contracts/backend.js'
import { workersContract } from '../contracts/workers.js'

backendContract('threads')
workersContract('threads')
