import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { board } from '../../test/small-twin.ts'
import { Bases } from '../bases.ts'
import { findPlan } from '../fault-plans.ts'
import { playRun } from '../schedule.ts'
import { scenario } from '../scenario.ts'
import { nothingSubject } from '../subject/nothing.ts'
import { subjectOf } from '../testing/board-stage.ts'
import { escapeHtml } from './html.ts'
import { renderPage } from './page.ts'
import { exitCodeOf, toResult } from './result.ts'
import { summarize } from './summary.ts'
import { hostileRun } from './testing/hostile-run.ts'
import { hostileSweep } from './testing/hostile-sweep.ts'

const result = await hostileRun(3)
const page = renderPage(result)

describe('escapeHtml', () => {
  it('makes markup inert and hidden characters visible', () => {
    expect(escapeHtml(`<a href="x" b='y'>&\u202e\u0000`)).toBe(
      '&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;\\u202e\\u0000',
    )
  })
})

describe('the page', () => {
  it('holds no markup of anybody else, and asks for nothing', () => {
    // The name of SVG, which no browser fetches.
    const asked = page.replaceAll('http://www.w3.org/2000/svg', '')
    expect(asked).not.toMatch(/<img|<link|<iframe|<object|<embed|<base|https?:\/\//i)
    expect(page).not.toMatch(/[\u202e\u0007\u001b]/)
    expect(page.match(/<style>/g)).toHaveLength(1)
    const scripts = [...page.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)]
    const packed = scripts.filter(([, attributes]) => attributes!.includes('text/plain'))
    for (const [, , text] of packed) expect(text).toMatch(/^[A-Za-z0-9+/=]+$/)
    expect(scripts.length - packed.length).toBe(1)
    expect(page.match(/<script/g)).toHaveLength(scripts.length)
  })

  it('has a policy that forbids all but its own style and its own script', () => {
    const hashOf = (element: RegExp): string =>
      createHash('sha256').update(element.exec(page)![1]!).digest('base64')
    const style = hashOf(/<style>([\s\S]*?)<\/style>/)
    const script = hashOf(/<script type="module">([\s\S]*?)<\/script>/)
    const policy = /Content-Security-Policy" content="([^"]*)"/
      .exec(page)![1]!
      .replaceAll('&#39;', "'")
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${style}'`,
      `script-src 'sha256-${script}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ])
  })

  it('says how well the subject did, where it fell short, and how to see it again', () => {
    expect(page).toContain('<strong>0 %</strong>')
    expect(page).toContain('measures nothing: a subject that does nothing satisfies it')
    expect(page).toContain('told once, not twice')
    expect(page).toContain('npx backlot replay bad/one@1 --subject &#39;it&#39;\\&#39;&#39;s')
  })

  it('is the same for the same result', () => {
    expect(renderPage(result)).toBe(page)
  })

  it('shows the scores of former runs where the result carries them', () => {
    const former = [
      { startedAt: '2026-01-03T09:00:00.000Z', score: { ...result.score, satisfaction: 0.5 } },
      { startedAt: '2026-01-04T09:00:00.000Z', score: { ...result.score, satisfaction: null } },
    ]
    const drawn = renderPage({ ...result, former })
    expect(drawn).toContain('Satisfaction over 3 runs, the last 0 %')
    expect(drawn).toContain('2 former runs')
    expect(/points="([^"]*)"/.exec(drawn)![1]).toMatch(
      /^\d+(?:\.\d+)?,\d+(?:\.\d+)? \d+(?:\.\d+)?,\d+(?:\.\d+)?$/,
    )
    expect(page).not.toContain('aria-label="Former runs"')
  })
})

describe('the matrix of a sweep', () => {
  const drawn = renderPage(result, { sweep: hostileSweep })
  const part = drawn.slice(
    drawn.indexOf('<section id="sweep"'),
    drawn.indexOf('<section id="failures"'),
  )

  it('has a cell for every outcome, and the trial behind each that nobody wants', () => {
    for (const [outcome, meaning] of Object.entries(hostileSweep.meanings)) {
      expect(part).toContain(`<span class="unseen">${outcome}</span>`)
      expect(part).toContain(meaning)
    }
    const links = [...part.matchAll(/href="#(sweep-\d+-\d+)"/g)].map(([, at]) => at!)
    expect(links).toHaveLength(4)
    for (const link of links) expect(part).toContain(`id="${link}"`)
    expect(part.match(/npx backlot replay/g)).toHaveLength(4)
  })

  it('lets no name become markup, and is left out where there is none', () => {
    expect(part).not.toMatch(/<script|<img|<\/style|[\u202e\u0007\u001b]/)
    expect(page).not.toContain('id="sweep"')
  })
})

describe('the summary', () => {
  it('is short, and names the failing exchange and the replay command', () => {
    const text = summarize(result, ['report.html'])
    expect(text.split('\n').length).toBeLessThan(60)
    expect(text).toContain('npx backlot replay bad/one@1')
    expect(text).toContain('written: report.html')
    expect(text).toContain('expected "nice"')
    expect(exitCodeOf(result)).toBe(1)
  })
})

describe('a summary', () => {
  it('moves no cursor and paints no colour, whatever a name holds', () => {
    const text = summarize({ ...result, subject: { ...result.subject, name: 'a\u001b[2Jb\rc' } })
    expect(text).toContain('a\\u001b[2Jb\\u000dc')
    // oxlint-disable-next-line no-control-regex -- the very thing that must not be there
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/)
  })
})

describe('a scenario that checks nothing', () => {
  const idle = scenario('Idle', { twins: ['board'] }, ({ subject }) => subject.run())
  const sound = scenario('Sound', { twins: ['board'] }, async ({ subject, check }) => {
    check('a body', (await subject.run()).body, 'x')
  })
  const play = async (scenarios: { id: string; scenario: typeof idle }[]) => {
    const bases = new Bases(() => Promise.resolve(board as never))
    const loaded = scenarios.map((one) => ({ ...one, file: `${one.id}.ts` }))
    const run = { scenarios: loaded, bases, jobs: 1, seeds: ['1'], plans: [await findPlan('none')] }
    const subject = subjectOf(() => ({ body: 'x' }))
    const { trials } = await playRun({ ...run, subject })
    const { trials: controls } = await playRun({ ...run, subject: nothingSubject })
    return toResult({
      ...result,
      version: '0',
      subject,
      subjectFile: 's',
      trials,
      controls,
      broken: [],
    })
  }

  it('measures nothing, is named, and ends a run with 2 that would have ended with 0', async () => {
    const both = await play([
      { id: 'idle', scenario: idle },
      { id: 'sound', scenario: sound },
    ])
    expect(both.measuringNothing).toEqual(['idle'])
    expect(both.score).toMatchObject({ satisfied: 1, inconclusive: 0 })
    expect(summarize(both)).toContain('! idle measures nothing: it checks nothing. Not counted.')
    expect(exitCodeOf(both)).toBe(2)
    expect(exitCodeOf(await play([{ id: 'sound', scenario: sound }]))).toBe(0)
  })
})
