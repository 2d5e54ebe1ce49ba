import { execFileSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Makes `dist/`: the sources as JavaScript with their types, and the data files that the twins read. */

const root = dirname(dirname(fileURLToPath(import.meta.url)))

rmSync(join(root, 'dist'), { recursive: true, force: true })
const compiler = join(root, 'node_modules/typescript/bin/tsc')
compile('-p', 'tsconfig.build.json')
// What runs in a browser is checked against another world; only its JavaScript is needed.
const emit = ['--outDir', 'dist', '--rootDir', '.']
compile('-p', 'runner/report/client/tsconfig.build.json', ...emit)
for (const file of globSync(['twins/*/*.json', 'runner/**/*.{css,html,json}'], { cwd: root })) {
  if (file.endsWith('tsconfig.json') || file.endsWith('tsconfig.build.json')) continue
  cpSync(join(root, file), join(root, 'dist', file))
}

function compile(...flags: string[]): void {
  execFileSync(process.execPath, [compiler, ...flags], { cwd: root, stdio: 'inherit' })
}
