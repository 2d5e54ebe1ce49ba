import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{engine,fronts,twins,runner,scenarios,test,examples}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    // Much of the time is waiting for processes that tests start.
    maxWorkers: Math.max(2, availableParallelism()),
    setupFiles: ['test/setup.ts'],
    sequence: { shuffle: { files: true, tests: false } },
    // A slow machine is no failing test; what must be fast is measured in bench/.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
