/** How the fault suite runs: as the other tests do, with nothing beside it. */
import { mergeConfig } from 'vitest/config'
import base from '../vitest.config.js'

export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  { test: { include: ['test/faults/**/*.test.ts'], maxWorkers: 1, testTimeout: 120_000, hookTimeout: 60_000 } },
)
