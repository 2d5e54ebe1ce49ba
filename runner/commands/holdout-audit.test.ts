import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { drawKeyPair } from '../holdout/seal/age.ts'
import { readCaseFiles } from '../holdout/seal/read-case-files.ts'
import { writeSet } from '../holdout/seal/sealed-set.ts'
import { holdout } from './holdout.ts'

let place: string
let canary: string
const text = `import { scenario } from 'backlot/scenario'
export default scenario('The quokka finds its thermos', { twins: ['slack'] }, async ({ subject, check }) => {
${Array.from({ length: 20 }, (_, i) => `  check('thermos ${i} of the quokka', (await subject.get('/thermos/${i}/lid')).status, 20${i})`).join('\n')}
})
`

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'audit-'))
  await mkdir(join(place, 'service'))
  await writeFile(join(place, 'quokka.ts'), text)
  const { identity, recipient } = await drawKeyPair()
  await writeFile(join(place, 'key'), identity, { mode: 0o600 })
  const now = new Date()
  const cases = await readCaseFiles([join(place, 'quokka.ts')], { tags: [], now })
  canary = cases[0]!.canary
  await writeSet(join(place, 'set'), cases, { recipients: [recipient], now })
})
afterAll(() => rm(place, { recursive: true }))

const run = async (...more: string[]): Promise<{ code: number; said: string }> => {
  let said = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    said += String(part)
    return true
  })
  const own = [
    '--subject',
    join(place, 'service'),
    '--set',
    join(place, 'set'),
    '--key',
    join(place, 'key'),
  ]
  const code = await holdout(['audit', ...own, ...more]).finally(() => spy.mockRestore())
  return { code, said }
}

it('finds nothing where nothing is', async () => {
  await writeFile(join(place, 'service', 'index.js'), 'export const ok = true')
  const { code, said } = await run()
  expect([code, said]).toEqual([0, 'No trace of a sealed case in 1 file, 0.0 MB.\n'])
})

it('names file, line and case of what it finds, and not a word of it', async () => {
  await writeFile(join(place, 'service', 'notes.txt'), `\n\n${canary}`)
  await writeFile(join(place, 'service', 'copy.js'), text.slice(200))
  const { code, said } = await run('--json')
  expect(code).toBe(1)
  const { found, leaks } = JSON.parse(said) as { found: boolean; leaks: { file: string }[] }
  expect(found).toBe(true)
  expect(leaks.sort((a, b) => (a.file < b.file ? -1 : 1))).toMatchObject([
    { where: 'sources', file: 'copy.js', what: 'near-copy' },
    { where: 'sources', file: 'notes.txt', line: 3, what: 'canary', form: 'plain' },
  ])
  expect(said + (await run()).said).not.toMatch(/quokka|thermos|backlot-canary/)
})

it('says what is missing', async () => {
  await expect(holdout(['audit'])).rejects.toThrow('Which subject is to be looked through?')
  await expect(run('--behaviour')).rejects.toThrow('What is to be played?')
})
