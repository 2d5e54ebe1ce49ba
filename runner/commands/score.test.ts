import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FullScoring } from '../holdout/feedback/ask.ts'
import { CommandLine, type Said } from '../testing/command-line.ts'
import { roomService, roomStory, sealedRooms, sealRooms } from '../testing/sealed-rooms.ts'

const line = new CommandLine()
let ledgers = 0
beforeAll(async () => {
  const { code, err } = await sealRooms(line)
  if (code !== 0) throw new Error(err)
})
afterAll(() => line.end())

const options = [
  '--key',
  'holdout.key',
  '--wall',
  'environment',
  '--grid',
  '0',
  '--trials',
  '1',
  '--jobs',
  '2',
]
const score = (...args: string[]): Promise<Said> =>
  line.backlot('score', 'stories', '--subject', 'desk/subject.json', ...options, ...args)
const newLedger = (): string => `ledger-${++ledgers}.db`
const read = (name: string): string => readFileSync(join(line.folder, name), 'utf8')
/** Everything that the author could hear of a case. */
const expectNothingTold = ({ out, err }: Said): void => {
  for (const name of [...sealedRooms, 'it is there', 'room is asked'])
    expect(out + err).not.toContain(name)
}

describe('backlot score', () => {
  it('tells the author a coarse score and no more, and release managers everything, sealed', async () => {
    line.write('desk/service.mjs', roomService("name !== 'attic'"))
    const said = await score('--ledger', newLedger(), '--full', 'full.age', '--json')
    const err = expect.stringMatching(
      /^The subject runs without a wall: it can read the key[^\n]*\n$/,
    )
    expect(said).toMatchObject({ code: 0, err })
    expect(JSON.parse(said.out)).toEqual({
      verdict: 'improved',
      score: 0.5,
      questionsLeft: 49,
      mayExceedBy: { most: 0.93, chance: 0.05 },
    })
    expect(read('full.age')).toMatch(/^age-encryption\.org\/v1\n/)
    const opened = spawnSync('age', ['-d', '-i', 'holdout.key', 'full.age'], {
      cwd: line.folder,
      maxBuffer: 1 << 28,
    })
    if (opened.error !== undefined)
      return console.log('age is not installed: its reading is not tried')
    const full = JSON.parse(String(opened.stdout)) as FullScoring
    expect(full.holdout).toMatchObject({ satisfied: 3, unsatisfied: 1 })
    expect(full.asked).toMatchObject({ project: 'desk', author: expect.any(String), number: 1 })
  })

  it('answers with the same number of bytes whatever it says, in JSON and in words', async () => {
    const ledger = newLedger()
    const sizes = new Set<number>()
    for (const rule of ["name === 'cellar'", 'true', 'false']) {
      line.write('desk/service.mjs', roomService(rule))
      sizes.add((await score('--ledger', ledger, '--json', '--questions', '2')).out.length)
    }
    expect([...sizes]).toHaveLength(1)
    line.write('desk/service.mjs', roomService('name !== 1'))
    const refused = await score('--ledger', ledger, '--questions', '2')
    line.write('desk/service.mjs', roomService('true'))
    const recalled = await score('--ledger', ledger, '--questions', '2')
    expect(recalled).toMatchObject({ code: 0, out: expect.stringMatching(/improved[^]*100 %/) })
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('refused') })
    expect(recalled.out).toHaveLength(refused.out.length)
  })

  it('lets nobody hear what a subject or a case says, nor how it fails', async () => {
    line.write(
      'desk/service.mjs',
      roomService('false', "console.error('saw ' + name); if (name === 'cellar') process.exit(9)"),
    )
    const said = await score('--ledger', newLedger(), '--author', 'eve')
    expect(said.code).toBe(0)
    expectNothingTold(said)
  })

  it('says what is wrong with the author’s own files before a question is spent', async () => {
    const ledger = newLedger()
    line.write('stories/broken.yaml', 'scenario: x')
    const said = await score('--ledger', ledger)
    line.write('stories/broken.yaml', roomStory('hall'))
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining('broken.yaml') })
    line.write('module.mjs', 'export default () => ({ status: 200 })')
    const inside = await line.backlot('score', '--subject', 'module.mjs', ...options)
    expect(inside).toMatchObject({
      code: 2,
      err: expect.stringContaining('process that holds the sealed cases'),
    })
    line.write('empty.yaml', 'noEscapes: false')
    const lax = await score('--ledger', ledger, '--policy', 'empty.yaml')
    expect(lax).toMatchObject({ code: 2, err: expect.stringContaining('asks for nothing') })
    expect(existsSync(join(line.folder, ledger))).toBe(false)
  })

  it('says accepted or rejected by a policy, with a new rung only', async () => {
    const ledger = newLedger()
    line.write('policy.yaml', 'minSatisfaction: 0.4\n')
    const ask = async (rule: string): Promise<unknown[]> => {
      line.write('desk/service.mjs', roomService(rule))
      const said = await score('--ledger', ledger, '--policy', 'policy.yaml', '--json')
      return [said.code, (JSON.parse(said.out) as { verdict: string }).verdict]
    }
    expect(await ask('false')).toEqual([1, 'rejected'])
    expect(await ask('name.length > 4')).toEqual([0, 'accepted'])
    expect(await ask('name.length > 3')).toEqual([1, 'unchanged'])
  })

  it('is inconclusive where the sealed set does not play, and shows why to release managers alone', async () => {
    const other = new CommandLine()
    try {
      await sealRooms(other)
      other.write('cases/odd.ts', oddCase)
      const sealed = await other.backlot('holdout', 'add', 'cases/odd.ts')
      expect(sealed.code).toBe(0)
      const args = ['--full', 'full.json', '--open-full', '--policy', 'policy.yaml']
      other.write('policy.yaml', 'minSatisfaction: 0.1\n')
      const said = await other.backlot(
        'score',
        'stories',
        '--subject',
        'desk/subject.json',
        ...options,
        ...args,
      )
      expect(said).toMatchObject({ code: 3, out: expect.stringContaining('inconclusive') })
      expect(said.out + said.err).not.toMatch(/gazebo|loudly/)
      expect(said.err).toContain('stands open in full.json')
      expect(readFileSync(join(other.folder, 'full.json'), 'utf8')).toContain('gazebo')
    } finally {
      other.end()
    }
  })

  it('tells nothing when it is interrupted, and the question is spent', async () => {
    const ledger = newLedger()
    line.write(
      'desk/service.mjs',
      roomService('true', 'await new Promise((go) => setTimeout(go, 60_000))'),
    )
    const asked = [
      'score',
      'stories',
      '--subject',
      'desk/subject.json',
      ...options,
      '--ledger',
      ledger,
    ]
    const child = line.start(...asked)
    const said = line.listen(child)
    const isAsked = (): boolean =>
      existsSync(join(line.folder, ledger)) && countQuestions(join(line.folder, ledger)) > 0
    while (!isAsked() && child.exitCode === null) await wait(50)
    child.kill('SIGINT')
    expect(await said).toMatchObject({
      code: 130,
      out: '',
      err: expect.stringContaining('the question is spent'),
    })
    line.write('desk/service.mjs', roomService('true'))
    const next = await score('--ledger', ledger, '--json')
    expect(JSON.parse(next.out)).toMatchObject({ verdict: 'improved', questionsLeft: 48 })
  })

  it('shares one budget between processes that ask at once', async () => {
    const ledger = newLedger()
    line.write('desk/service.mjs', roomService('true'))
    const variants = [1, 2, 3].map((n) => {
      line.write(`desk/${n}.mjs`, `${roomService('true')}// ${n}`)
      line.write(
        `desk/${n}.json`,
        JSON.stringify({ kind: 'command', command: ['node', `${n}.mjs`] }),
      )
      return `desk/${n}.json`
    })
    const said = await Promise.all(
      variants.map((file) => {
        const about = ['--project', 'desk', '--ledger', ledger, '--questions', '2', '--json']
        return line.backlot('score', 'stories', '--subject', file, ...options, ...about)
      }),
    )
    const verdicts = said.map(({ out }) => (JSON.parse(out) as { verdict: string }).verdict)
    expect(verdicts.sort()).toEqual(['improved', 'refused', 'unchanged'])
  })

  it('notices a ledger that was tampered with', async () => {
    const ledger = newLedger()
    await score('--ledger', ledger)
    const script = `new (require('node:sqlite').DatabaseSync)('${ledger}').exec("DROP TRIGGER ledgerIsNotChanged; UPDATE ledger SET body = replace(body, 'asked', 'ASKED')")`
    execFileSync(process.execPath, ['--no-warnings', '-e', script], { cwd: line.folder })
    expect(await score('--ledger', ledger)).toMatchObject({
      code: 2,
      err: expect.stringContaining('tampered with: row 1'),
    })
  })
})

function countQuestions(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return (database.prepare('SELECT count(*) AS n FROM ledger').get() as { n: number }).n
  } catch {
    // The table is not there yet.
    return 0
  } finally {
    database.close()
  }
}

/** Says things while it is loaded and played, and is wrong. */
const oddCase = `import { scenario } from 'backlot/scenario'
console.log('loudly')
export default scenario('A gazebo', { twins: ['slack'] }, async () => {
  console.error('loudly')
  throw new Error('gazebo')
})
`
