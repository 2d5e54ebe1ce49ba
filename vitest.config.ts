import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Hostile subjects, and subjects in containers. */
export const redTeam = ['test/red-team/**/*.test.ts', 'runner/subject/container*.test.ts']

export default defineConfig({
  test: {
    include: ['{engine,fronts,twins,runner,scenarios,test,examples}/**/*.test.ts'],
    // The red team takes minutes, and a container engine: npm run red-team.
    exclude: ['**/node_modules/**', 'dist/**', ...redTeam],
    // Much of the time is waiting for processes that tests start.
    maxWorkers: Math.max(2, availableParallelism()),
    setupFiles: ['test/setup.ts'],
    sequence: { shuffle: { files: true, tests: false } },
    // A slow machine is no failing test; what must be fast is measured in bench/.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
