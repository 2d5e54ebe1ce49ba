import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noFaults } from '../../../engine/faults.ts'
import { Bases } from '../../../runner/bases.ts'
import { playTrial } from '../../../runner/play.ts'
import { nothingSubject } from '../../../runner/subject/nothing.ts'
import { loadText } from '../../../runner/holdout/seal/open-set.ts'
import { readCaseFiles } from '../../../runner/holdout/seal/read-case-files.ts'
import { Ground, secretWord } from './ground.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'malicious-'))
})
afterAll(() => rm(folder, { recursive: true }))

const sealing = async (name: string, text: string): Promise<string> => {
  const file = join(folder, name)
  await writeFile(file, text)
  return readCaseFiles([file], { tags: [], now: new Date(0) }).then(
    () => 'sealed',
    (error: Error) => `${error.name}: ${error.message} ${error.stack}`,
  )
}

const head = "import { scenario } from 'backlot/scenario'\n"
const body = "export default scenario('x', { twins: ['slack'] }, () => {})\n"

describe('a sealed case', () => {
  it.each([
    ['the disk', `${head}import { readFileSync } from 'node:fs'\n${body}`],
    ['the disk without its prefix', `${head}import { readFileSync } from 'fs'\n${body}`],
    ['processes', `${head}import 'node:child_process'\n${body}`],
    [
      'our own sources',
      `${head}import { openSet } from '../../../runner/holdout/seal/open-set.ts'\n${body}`,
    ],
    [
      'a module that is written into its text',
      `${head}import 'data:text/javascript,globalThis.gotIn=1'\n${body}`,
    ],
    ['something later', `${head}await import('node:fs')\n${body}`],
    ['another case', `${head}import 'sealed://1'\n${body}`],
  ])('imports nothing of %s', async (_what, text) => {
    expect(await sealing('import.ts', text)).toContain("This can't be sealed")
    expect(globalThis).not.toHaveProperty('gotIn')
  })

  it('imports nothing while it is played', async () => {
    const text = `${head}export default scenario('x', { twins: ['slack'] }, () => import('node:' + 'fs'))\n`
    const { play } = await loadText('case-1', { language: 'ts', text })
    await expect(play({} as never)).rejects.toThrow(/besides backlot\/scenario/)
  })

  it('shows none of its text when it is no TypeScript, or throws while it is loaded', async () => {
    for (const text of [
      `${head}const ${secretWord} = = 3`,
      `${head}throw new Error('${secretWord}')`,
    ]) {
      const said = await sealing('broken.ts', text)
      expect(said).toContain('UsageError')
      expect(said).not.toContain(secretWord)
    }
  })

  it('does not burst, written in YAML', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, i) => `${String.fromCharCode(98 + i)}: &${String.fromCharCode(98 + i)} [${Array.from({ length: 9 }, () => `*${String.fromCharCode(97 + i)}`).join(',')}]`).join('\n')}\n`
    const begun = performance.now()
    expect(await sealing('bomb.yaml', `scenario: x\ntwins: [slack]\nsteps: []\n${bomb}`)).toContain(
      'UsageError',
    )
    const loops = `scenario: x\ntwins: [slack]\nsteps:\n  - for each: i\n    in: \${range(1000000000)}\n    do: [{ let: { a: 1 } }]\n`
    expect(await sealing('loops.yaml', loops)).toContain('UsageError')
    expect(performance.now() - begun).toBeLessThan(60_000)
  })

  it('is ended when it never ends', async () => {
    const loaded = await loadText('case-1', {
      language: 'ts',
      text: `${head}export default scenario('x', { twins: ['slack'] }, () => new Promise(() => {}))\n`,
    })
    const base = await new Bases().of(['slack'])
    const trial = { scenarioId: 'case-1', scenario: loaded, seed: '1', plan: noFaults }
    const played = playTrial(trial, { base, subject: nothingSubject, storyMs: 300 })
    await expect(played).rejects.toThrow('The scenario came to no end')
  })

  it('takes no other cases with it when it throws, and what it throws stays with release managers', async () => {
    const ground = await Ground.open(
      `if (body !== undefined) throw new Error('${secretWord} ' + JSON.stringify(body))`,
    )
    try {
      const file = await ground.subject(
        'console.log(JSON.stringify({ status: 200, body: { done: true } }))',
      )
      const score = await ground.score(file, 'environment')
      expect(score.public.satisfied).toBe(1)
      expect(score.holdout.satisfied).toBe(0)
      expect(score.result.trials).toHaveLength(3)
    } finally {
      await ground.close()
    }
  })
})
