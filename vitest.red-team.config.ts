import { defineConfig, mergeConfig } from 'vitest/config'
import whole, { redTeam } from './vitest.config.ts'

/** `npm run red-team`: what tries to get out of lanes, containers and the holdout. */
export default mergeConfig(
  { ...whole, test: { ...whole.test, include: [], exclude: [] } },
  defineConfig({ test: { include: redTeam, exclude: ['**/node_modules/**', 'dist/**'] } }),
)
