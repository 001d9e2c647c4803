/** The contract of every backend: what a user sees is the same, wherever tasks run. */
import type { BackendName } from 'joblet'
import { describe } from 'vitest'
import { contextContract } from './context.js'
import { deadlineContract } from './deadline.js'
import { failuresContract } from './failures.js'
import { inputsContract } from './inputs.js'
import { limitsContract } from './limits.js'
import { reportsContract } from './reports.js'
import { resultsContract } from './results.js'
import { retriesContract } from './retries.js'
import { runsContract } from './runs.js'
import { signalsContract } from './signals.js'
import { subjectOf } from './subject.js'

/** Declares the suite for one backend. */
export function backendContract(name: BackendName): void {
  describe(name, () => {
    const subject = subjectOf(name)
    resultsContract(subject)
    failuresContract(subject)
    inputsContract(subject)
    limitsContract(subject)
    deadlineContract(subject)
    runsContract(subject)
    contextContract(subject)
    retriesContract(subject)
    signalsContract(subject)
    reportsContract(subject)
  })
}
