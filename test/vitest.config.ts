/** How the tests run: pure parts from `src`, behaviour from the built package, as a user has it. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// A file for the totals, for scripts that count them.
const report = process.env['JOBLET_TEST_REPORT']

export default defineConfig({
  root: here('..'),
  resolve: {
    alias: [
      { find: /^joblet$/, replacement: here('../dist/index.js') },
      { find: /^joblet\/(\w+)$/, replacement: here('../dist/$1.js') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // They have a configuration of their own: npm run test:faults.
    exclude: ['test/faults/**'],
    globalSetup: here('support/build.ts'),
    setupFiles: [here('support/leaks.ts')],
    pool: 'forks',
    // Node itself loads what workers load too: a function that vite has rewritten is no export of the module that a worker imports.
    server: { deps: { external: [/\/dist\//, /\/test\/fixtures\/.*\.[cm]?js$/] } },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    maxWorkers: 2,
    maxConcurrency: 2,
  },
})
