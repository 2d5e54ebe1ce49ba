import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { board } from '../../test/small-twin.ts'
import { Bases } from '../bases.ts'
import { findPlan } from '../fault-plans.ts'
import { playRun } from '../schedule.ts'
import { scenario } from '../scenario.ts'
import { nothingSubject } from '../subject/nothing.ts'
import { callBoard, subjectOf } from '../testing/board-stage.ts'
import { escapeHtml } from './html.ts'
import { renderPage } from './page.ts'
import { exitCodeOf, toResult, type RunResult } from './result.ts'
import { summarize } from './summary.ts'

const hostile = `<script>alert(1)</script>"'&\u202e${'</style><img src=x onerror=alert(2)>'}`

/** A run whose every name is hostile: of scenario, check, step, subject; and what the subject sends. */
async function hostileRun(seeds: number): Promise<RunResult> {
  const bad = scenario(hostile, { twins: ['board'], tags: [hostile] }, async (kit) => {
    const { step, check, subject, journal } = kit
    await step(hostile, () => subject.post(`/${hostile}`, { hostile }))
    check(hostile, hostile, 'nice')
    check('told once, not twice', journal.calls('board', 'createNote').length, 1)
  })
  const good = scenario('Good', { twins: ['board'], tags: ['plain'] }, async (kit) => {
    kit.changes.allow('board.notes[+]')
    kit.check('it answered', (await kit.subject.run()).status, 200)
  })
  const subject = subjectOf(async (_request, world) => {
    const post = () => callBoard(world, 'POST', '/notes', { title: 'x', extra: hostile })
    await post().catch(post)
    return { status: 200, body: hostile }
  })
  const run = {
    scenarios: [
      { id: 'bad/one', file: 'bad/one.ts', scenario: bad },
      { id: 'good', file: 'good.ts', scenario: good },
    ],
    bases: new Bases(() => Promise.resolve(board as never)),
    jobs: 2,
  }
  const plans = [await findPlan('none'), await findPlan('lost-after-write')]
  const list = Array.from({ length: seeds }, (_, i) => String(i + 1))
  const { trials } = await playRun({ ...run, seeds: list, plans, subject })
  const controls = await playRun({
    ...run,
    seeds: ['1'],
    plans: [plans[0]!],
    subject: nothingSubject,
  })
  return toResult({
    startedAt: '2026-01-05T09:00:00.000Z',
    wallMs: 1234,
    version: '0.0.0',
    subject: { ...subject, name: hostile },
    subjectFile: `it's ${hostile}.json`,
    run: { seeds: list, plans: plans.map(({ name }) => name), jobs: 2, minDepth: 'spec' },
    trials,
    controls: controls.trials,
    broken: [],
    unplayed: 0,
  })
}

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
    expect(page).not.toMatch(/<script|<img|<link|<iframe|https?:\/\//i)
    expect(page).not.toContain('\u202e')
    expect(page.match(/<style>/g)).toHaveLength(1)
  })

  it('has a policy that forbids all but its own style', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`)
  })

  it('says how well the subject did, where it fell short, and how to see it again', () => {
    expect(page).toContain('<strong>0 %</strong>')
    expect(page).toContain('measures nothing: a subject that does nothing satisfies it')
    expect(page).toContain('told once, not twice')
    expect(page).toContain('the failure rests on this')
    expect(page).toContain('npx backlot replay bad/one@1 --subject &#39;it&#39;\\&#39;&#39;s')
  })

  it('leads from the grid to what fell short', () => {
    const links = [...page.matchAll(/href="#(f-[0-9a-f]+)"/g)].map((one) => one[1]!)
    expect(links.length).toBeGreaterThan(0)
    for (const link of links) expect(page).toContain(`id="${link}"`)
  })

  it('stays readable and small at hundreds of trials', async () => {
    const big = renderPage(await hostileRun(150))
    expect(big.length).toBeLessThan(1_000_000)
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

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  chromium.executablePath(),
]
const executablePath = places.find((one) => one !== undefined && existsSync(one))
if (executablePath === undefined) {
  console.warn(
    'The page is not tried in a browser: no Chromium is installed (CHROMIUM_PATH names one).',
  )
}

describe.skipIf(executablePath === undefined)('the page in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'))
  const url = pathToFileURL(join(folder, 'report.html')).href
  let browser: Browser

  beforeAll(async () => {
    writeFileSync(join(folder, 'report.html'), page)
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  it.each(['light', 'dark'] as const)(
    'shows itself without a complaint, %s',
    async (colorScheme) => {
      const tab = await browser.newPage({ colorScheme })
      const complaints: string[] = []
      const requests: string[] = []
      tab.on('console', (message) => complaints.push(message.text()))
      tab.on('pageerror', (error) => complaints.push(String(error)))
      tab.on('dialog', (dialog) => complaints.push(dialog.message()))
      tab.on('request', (request) => requests.push(request.url()))
      await tab.goto(url)
      expect(await tab.locator('h1').textContent()).toContain('<script>alert(1)</script>')
      const [ink, paper] = (await tab.evaluate(
        'const s = getComputedStyle(document.body); [s.color, s.backgroundColor]',
      )) as [string, string]
      expect(contrast(ink, paper)).toBeGreaterThan(7)
      expect(complaints).toEqual([])
      expect(requests).toEqual([url])
      await tab.close()
    },
  )

  it('is used by keyboard alone: a cell leads to its failure, Enter opens an exchange', async () => {
    const tab = await browser.newPage({ viewport: { width: 400, height: 700 } })
    await tab.goto(url)
    await tab.locator('td a').first().focus()
    await tab.keyboard.press('Enter')
    const shown = tab.locator(':target')
    expect(await shown.isVisible()).toBe(true)
    const exchange = tab.locator('ol.story details').first()
    await exchange.locator('summary').focus()
    await tab.keyboard.press('Enter')
    expect(await exchange.getAttribute('open')).not.toBeNull()
    // Nothing is wider than a narrow window, but what scrolls by itself.
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400)
    await tab.close()
  })
})

/** The contrast of two colours by WCAG 2. */
function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((colour) => {
    const [r, g, b] = colour.match(/\d+/g)!.map((part) => {
      const c = Number(part) / 255
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }) as [number, number]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}
