import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Decision } from '../../../runner/gate/decide.ts'
import { tellDecision, toDotenv, toGitHub, toJUnit, toMarkdown } from '../../../runner/gate/tell.ts'
import { attackers } from '../../../runner/holdout/feedback/attackers.ts'
import { ladderFor } from '../../../runner/holdout/feedback/ladder.ts'
import { playAttack } from '../../../runner/holdout/feedback/simulate.ts'
import { scoreHoldout } from '../../../runner/holdout/score-holdout.ts'
import { answerTime } from '../../../runner/holdout/feedback/tell-answer.ts'
import { hostile } from '../../../runner/report/testing/hostile-run.ts'
import { CommandLine, type Said } from '../../../runner/testing/command-line.ts'
import { answersOf, caseText, Ground, secretWord } from './ground.ts'

/** Two sealed cases: what they say and throw must be heard by nobody. */
const loud = `console.log('${secretWord} out'); console.error('${secretWord} err'); process.stdout.write('::set-output name=x::${secretWord}')
  if (body?.fall === true) { setTimeout(() => { throw new Error('${secretWord} later') }, 1); Promise.reject(new Error('${secretWord} never caught')) ; throw new Error('${secretWord}') }`

let ground: Ground
const line = new CommandLine()
let ledgers = 0
beforeAll(async () => {
  ground = await Ground.open(loud)
})
afterAll(async () => {
  line.end()
  await ground.close()
})

const newLedger = (): string => ground.file(`ledger-${++ledgers}.db`)
const always = '--project p --author a --wall environment --grid 0 --trials 1 --jobs 1'.split(' ')
const score = (subjectFile: string, ledger: string, ...more: string[]): Promise<Said> => {
  const places = ['--set', ground.set, '--key', ground.keyFile, '--ledger', ledger]
  const asked = ['score', ground.file('open'), '--subject', subjectFile]
  return line.backlot(...asked, ...places, ...always, ...more)
}
const answering = (body: string, before = ''): Promise<string> =>
  ground.subject(
    `let text = ''\nfor await (const part of process.stdin) text += part\n${before}\nconsole.log(JSON.stringify({ status: 200, body: ${body} }))`,
  )

describe('what an author is told', () => {
  it('holds nothing that a case says or throws, now or later', async () => {
    const file = await answering('{ done: true, fall: true }')
    const { out, err } = await score(file, newLedger())
    expect(out + err).not.toContain(secretWord)
    expect(out + err).not.toMatch(/case-|one|two\b|\.ts:/)
  })

  it('holds nothing that a subject prints: no escape, no mark-up, no command of a job', async () => {
    const bad =
      "console.error('\\u001b[2J::error::x'); console.log('::set-output name=a::b\\n<script>\\u001b]0;x\\u0007')"
    const file = await answering('{ done: true }', bad)
    const { out, err } = await score(file, newLedger())
    expect(out).toContain('verdict')
    expect(out + err).not.toMatch(/\u001b|::|<script>|\u0007/)
  })

  it('is of one size, whatever came out, in words and as JSON', async () => {
    const ledger = newLedger()
    const files = [
      await answering('{ done: false }'),
      await answering("{ done: JSON.parse(text).path === '/one' }"),
      await answering(
        "{ done: true, long: 'x'.repeat(50_000) }",
        "console.error('y'.repeat(50_000))",
      ),
    ]
    const sizes: number[] = []
    const words: number[] = []
    for (const file of files) {
      sizes.push((await score(file, ledger, '--json')).out.length)
      words.push((await score(file, ledger)).out.length)
    }
    expect(new Set(sizes).size, String(sizes)).toBe(1)
    expect(new Set(words).size, String(words)).toBe(1)
  }, 60_000)

  it('is the same for the same subject, which costs nothing, and nothing once questions are spent', async () => {
    const ledger = newLedger()
    const file = await answering('{ done: true }')
    const first = await score(file, ledger, '--questions', '1', '--json')
    const again = await score(file, ledger, '--questions', '1', '--json', '--author', 'another')
    expect(again.out).toBe(first.out)
    const other = await score(await answering('{ done: 1 }'), ledger, '--questions', '1', '--json')
    expect(JSON.parse(other.out)).toMatchObject({ verdict: 'refused', questionsLeft: 0 })
    expect(other.out).toHaveLength(first.out.length)
  })

  it('is given once where two race for the last question', async () => {
    const ledger = newLedger()
    const files = [await answering('{ done: 2 }'), await answering('{ done: 3 }')]
    const raced = await Promise.all(
      files.map((file) => score(file, ledger, '--questions', '1', '--json')),
    )
    const verdicts = raced.map(({ out }) => (JSON.parse(out) as { verdict: string }).verdict)
    expect(verdicts.filter((one) => one === 'refused')).toHaveLength(1)
  })

  it('comes at few times, however slow a subject makes itself', () => {
    const times = new Set<number>()
    for (let ms = 0; ms < 3_600_000; ms += 977) times.add(answerTime(ms, 60_000))
    // An hour holds 60 grid points; told apart are seven times, less than three bits.
    expect(times.size).toBeLessThanOrEqual(7)
    for (const at of times) expect(Math.log2(at / 60_000) % 1).toBe(0)
  })

  it('says nothing of a set that can not be opened but its file', async () => {
    const bad = ground.file('bad-set')
    const source = ground.file('bad.ts')
    await writeFile(source, caseText('backlot/scenario', 'bad', `// ${secretWord}`))
    await ground.seal([source], bad)
    const { out, err, code } = await line.backlot(
      'score',
      ground.file('open'),
      '--subject',
      await answering('{}'),
      '--set',
      bad,
      '--key',
      join(ground.place, 'nowhere'),
      '--wall',
      'environment',
      '--grid',
      '0',
    )
    expect(code).toBe(2)
    expect(out + err).not.toContain(secretWord)
  })
})

describe('a subject that knows how it is played', () => {
  let quiet: Ground
  beforeAll(async () => {
    quiet = await Ground.open()
  })
  afterAll(() => quiet.close())

  it('gains nothing from the order of cases: each scoring has another', async () => {
    const file = await answering('{ path: JSON.parse(text).path }')
    const orders = new Set<string>()
    for (let i = 0; i < 8; i++) {
      const request = await quiet.request(file, 'environment')
      const found = await scoreHoldout({ ...request, secret: `scoring ${i}` })
      orders.add(
        answersOf(found)
          .map(({ path }) => String(path))
          .join(),
      )
    }
    expect(orders.size).toBeGreaterThan(2)
  }, 60_000)

  it.each(attackers)('climbs no ladder by asking again and again: $name', (attacker) => {
    const ladder = ladderFor(400, 1000)
    const naive: number[] = []
    const laddered: number[] = []
    for (const seed of ['1', '2', '3']) {
      naive.push(playAttack(attacker, ladder, 'naive', seed).at(-1)!)
      laddered.push(playAttack(attacker, ladder, 'ladder', seed).at(-1)!)
    }
    const mean = (all: number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length
    expect(mean(laddered)).toBeLessThan(Math.max(0.12, mean(naive) * 0.75))
  })
})

describe('names that are meant to be read as something else', () => {
  const decision: Decision = {
    format: 'backlot.decision/1',
    verdict: 'rejected',
    findings: [
      {
        rule: 'minSatisfaction',
        held: false,
        sentence: `${hostile}\n::set-output name=x::y\r\n::error::z`,
      },
    ],
    policy: { file: `policy\n::error::.yaml`, digest: 'c'.repeat(64) },
    subject: { name: `${hostile}\n::warning::a\nVERDICT=accepted` },
    set: { digest: 'b'.repeat(64) },
    decidedAt: '2026-11-20T13:00:00.000Z',
  }
  const at = () => ({ line: 1 })

  it('start no command of a GitHub job', () => {
    const commands = toGitHub(decision, at)
      .split(/\r?\n/)
      .filter((one) => one.startsWith('::'))
    expect(commands.map((one) => one.slice(0, 8))).toEqual(['::error '])
  })

  it('set no variable of a GitLab job', () => {
    const names = toDotenv(decision)
      .split(/\r?\n/)
      .filter(Boolean)
      .map((one) => one.split('=')[0])
    expect(new Set(names).size).toBe(names.length)
    expect(toDotenv(decision)).not.toMatch(/^VERDICT=accepted/m)
  })

  it('are no mark-up, no XML and no escape of a terminal', () => {
    expect(toMarkdown(decision)).not.toMatch(/(?<!\\)<(?:script|img)/)
    expect(toJUnit(decision)).not.toMatch(/<script>|<img|]]>-->/)
    expect(tellDecision(decision)).not.toMatch(/\u001b|\u0007|\u202e/)
  })
})
