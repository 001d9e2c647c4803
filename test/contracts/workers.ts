/** The contract of backends whose tasks run on workers. */
import { describe } from 'vitest'
import { crashesContract } from './crashes.js'
import { diagnosisContract } from './diagnosis.js'
import { memoryContract } from './memory.js'
import { outputContract } from './output.js'
import { poolsContract } from './pools.js'
import { crashRetriesContract } from './retries.js'
import { graceContract } from './signals.js'
import { subjectOf } from './subject.js'
import { tailsContract } from './tails.js'
import { travelContract } from './travel.js'

/** Declares the suite for one kind of worker. */
export function workersContract(name: 'threads' | 'processes'): void {
  describe(`${name} as workers`, () => {
    const subject = subjectOf(name)
    travelContract(subject)
    poolsContract(subject)
    crashesContract(subject)
    memoryContract(subject)
    crashRetriesContract(subject)
    graceContract(subject)
    tailsContract(subject)
    outputContract(subject)
    diagnosisContract(subject)
  })
}
