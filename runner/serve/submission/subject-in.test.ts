import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkSubjectIn } from './subject-in.ts'

let place: string
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'subject-in-'))
})
afterEach(() => rm(place, { recursive: true }))

const command = { kind: 'command', command: ['node', 'x.mjs'] }

it('takes commands and services that the submission brings', async () => {
  for (const one of [command, { ...command, cwd: './app' }, { kind: 'service', command: ['x'] }]) {
    await writeFile(join(place, 'subject.json'), JSON.stringify(one))
    await checkSubjectIn(place)
  }
})

it.each([
  'no JSON {',
  '[]',
  '{}',
  JSON.stringify({ kind: 'module', module: './x.js' }),
  JSON.stringify({ kind: 'nothing' }),
  JSON.stringify({ kind: 'container', image: 'whatever-lies-here' }),
  JSON.stringify({ kind: 'service', url: 'http://127.0.0.1:5432', tenant: { open: 'POST /t' } }),
  JSON.stringify({ ...command, reads: ['/home'] }),
  JSON.stringify({ ...command, limits: { memoryMb: 1_000_000 } }),
  JSON.stringify({ ...command, cwd: '..' }),
  JSON.stringify({ ...command, cwd: '/etc' }),
  JSON.stringify({ ...command, command: [] }),
  'x'.repeat(70_000),
])('refuses %s', async (text) => {
  await writeFile(join(place, 'subject.json'), text)
  await expect(checkSubjectIn(place)).rejects.toMatchObject({ name: 'SubmissionError' })
})

it('refuses a description that is a link, and says nothing of where it leads', async () => {
  await writeFile(join(place, 'other'), JSON.stringify(command))
  await symlink('other', join(place, 'subject.json'))
  await expect(checkSubjectIn(place)).rejects.toThrow('no plain file')
  await rm(join(place, 'subject.json'))
  await expect(checkSubjectIn(place)).rejects.toThrow('There is no subject.json at the root.')
})
