import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{engine,fronts,twins,runner,scenarios,test,examples}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    sequence: { shuffle: { files: true, tests: false } },
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
