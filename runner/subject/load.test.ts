import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../engine/usage-error.ts'
import { loadSubject } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 'load-subject-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

async function failureOf(file: string): Promise<UsageError> {
  const error = await loadSubject(file).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UsageError)
  return error as UsageError
}

describe('loadSubject', () => {
  it('loads every form of description', async () => {
    write('handle.mjs', 'export default () => ({ status: 204 })')
    const json = write(
      'a.json',
      '{"name":"A","kind":"command","command":["node","x.js"],"warm":true}',
    )
    const yaml = write('b.yaml', 'kind: module\nmodule: handle.mjs\nreach: http\n')
    const script = write('c.subject.mjs', 'export default { kind: "command", command: ["node"] }')
    expect(await loadSubject(json, 'environment')).toMatchObject({
      name: 'A',
      kind: 'command',
      reach: 'http',
    })
    expect(await loadSubject(yaml)).toMatchObject({ name: 'b', kind: 'module', reach: 'http' })
    expect(await loadSubject(script, 'environment')).toMatchObject({ name: 'c', kind: 'command' })
    expect(await loadSubject(join(folder, 'handle.mjs'))).toMatchObject({ kind: 'module' })
  })

  it.each([
    ['{"kind":"comand"}', 1, 2, 'There is no kind of subject "comand".', 'Did you mean "command"?'],
    ['kind: service', 1, 1, 'A service subject needs "command".', /list: \["node"/],
    ['kind: command\ncomand: [x]', 2, 1, 'A command subject has no field "comand".', /"command"/],
    ['kind: command\ncommand: node x', 2, 1, '"command" is not what is needed.', /list/],
    [
      'kind: command\ncommand: [nosuchprogram]',
      2,
      1,
      'There is no program "nosuchprogram".',
      /installed/,
    ],
    ['kind: command\ncommand: [node]\ncwd: nowhere', 3, 1, /There is no folder/, /^/],
    ['kind: command\ncommand: [node]\ntimeoutMs: -1', 3, 1, /timeoutMs/, /milliseconds/],
    ['kind: [', 1, 8, /This is not YAML/, /^/],
    [
      'kind: command\ncommand: [node]\ninbound:\n  jria: /hooks',
      4,
      3,
      'There is no twin "jria".',
      'Did you mean "jira"?',
    ],
    ['[]', 1, 1, 'This is not a subject.', /command/],
  ])('says what is wrong with %j, where, and what to do', async (text, line, column, what, fix) => {
    const file = write('wrong.yaml', text)
    const error = await failureOf(file)
    expect(error.what).toMatch(what)
    expect(error.where).toMatchObject({ file, line, column })
    expect(error.fix ?? '').toMatch(fix)
  })

  it('says so when there is no such file, no such module, or no function in it', async () => {
    expect((await failureOf(join(folder, 'gone.json'))).what).toBe('There is no such file.')
    expect((await failureOf(folder)).what).toMatch(/folder/)
    const gone = write('d.json', '{"kind":"module","module":"./gone.mjs"}')
    expect((await failureOf(gone)).what).toMatch(/not there/)
    write('empty.mjs', 'export const x = 1')
    const empty = write('e.json', '{"kind":"module","module":"./empty.mjs"}')
    expect((await failureOf(empty)).what).toBe('The module exports no function.')
    const broken = write('broken.mjs', 'export default {')
    expect((await failureOf(broken)).what).toBe('The subject does not load.')
  })
})
