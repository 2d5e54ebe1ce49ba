import { execFileSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Makes `dist/`: the sources as JavaScript with their types, and the data files that the twins read. */

const root = dirname(dirname(fileURLToPath(import.meta.url)))

rmSync(join(root, 'dist'), { recursive: true, force: true })
const compiler = join(root, 'node_modules/typescript/bin/tsc')
execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
})
for (const file of globSync(['twins/*/*.json', 'runner/**/*.{css,html,json}'], { cwd: root })) {
  cpSync(join(root, file), join(root, 'dist', file))
}
