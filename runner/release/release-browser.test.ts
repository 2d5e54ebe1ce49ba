import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, launchChromium } from '../report/testing/chromium.ts'
import { contrast } from '../report/testing/contrast.ts'
import { hostileSweep } from '../report/testing/hostile-sweep.ts'
import { hostile } from '../report/testing/hostile-run.ts'
import { makeRelease, toFormer, type ReleaseSources } from './make-release.ts'
import { renderRelease } from './page.ts'
import { extremes, madeScoring, type MadeTrial } from './testing/made-scoring.ts'

const chromium = findChromium()
if (chromium === undefined) {
  console.warn(
    'The page for release managers is not tried in a browser: no Chromium is installed (CHROMIUM_PATH names one).',
  )
}

/** A page with everything in it: rejected, with a past, changes, escapes, questions, a matrix and a signature. */
function whole(): ReleaseSources {
  const at = (day: string, set?: string) => {
    const score = madeScoring(made(day > '2026-11-15'), { startedAt: `${day}T10:00:00.000Z` })
    return set === undefined ? score : { ...score, set: { ...score.set, digest: set } }
  }
  const score = at('2026-11-20')
  const rule = (held: boolean, sentence: string) => ({ rule: 'minCases', held, sentence })
  return {
    score,
    now: new Date('2026-11-21T12:00:00Z'),
    floor: 0.8,
    decision: {
      verdict: 'rejected',
      findings: [rule(true, 'Nothing tried to get out.'), rule(false, hostile)],
      policy: { file: 'policy.yaml', digest: 'f'.repeat(64) },
    },
    former: [toFormer(at('2026-11-01', 'a'.repeat(64)), 'rejected')],
    accepted: at('2026-11-10'),
    questions: [
      { project: hostile, set: score.set.digest, author: hostile, questions: 3, best: 0.5 },
    ],
    sweep: hostileSweep,
    attestation: { state: 'verified', sentence: 'It is signed.', keyIds: ['0'.repeat(64)] },
  }
}

function made(isNew: boolean): MadeTrial[] {
  const why = [{ kind: 'check' as const, text: 'not so: it is told once', key: 'once' }]
  const escapes = isNew ? [{ n: 1, how: 'connect', target: 'tcp://203.0.113.8:22' }] : []
  return Array.from({ length: 24 }, (_, i) => ({
    scenario: i % 4 === 0 ? `public/${i}` : `sealed ${i}`,
    plan: i % 2 === 0 ? 'none' : 'lost-after-write',
    struck: i % 2 === 0 ? [] : ['slack'],
    tags: [`tag ${i % 3}`],
    op: isNew ? 'chat.update' : 'chat.postMessage',
    ...(isNew && i % 3 === 1 && { verdict: 'unsatisfied' as const, why, escapes }),
  }))
}

describe.skipIf(chromium === undefined)('the page for release managers in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'release-page-'))
  const urlOf = (name: string): string => pathToFileURL(join(folder, `${name}.html`)).href
  const write = (name: string, sources: ReleaseSources): void =>
    writeFileSync(join(folder, `${name}.html`), renderRelease(makeRelease(sources)))
  let browser: Browser

  beforeAll(async () => {
    write('whole', whole())
    const now = new Date('2026-11-21T12:00:00Z')
    for (const [name, make] of Object.entries(extremes)) write(name, { score: make(), now })
    browser = await launchChromium(chromium!)
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  /** Opens a page and notes whatever it should not do. */
  async function open(
    options: BrowserContextOptions = {},
    name = 'whole',
  ): Promise<{ tab: Page; complaints: string[]; requests: string[] }> {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
    const complaints: string[] = []
    const requests: string[] = []
    tab.on('console', (message) => complaints.push(message.text()))
    tab.on('pageerror', (error) => complaints.push(String(error)))
    tab.on('dialog', (dialog) => complaints.push(dialog.message()))
    tab.on('request', (request) => requests.push(request.url()))
    await tab.goto(urlOf(name))
    if (options.javaScriptEnabled !== false) {
      await tab.locator('html[data-ready]').waitFor({ state: 'attached' })
    }
    return { tab, complaints, requests }
  }

  it.each(['whole', ...Object.keys(extremes)])(
    'shows what is %s without a complaint, a request or a script of anybody else, at any width',
    async (name) => {
      const { tab, complaints, requests } = await open({}, name)
      expect(await tab.locator('script').count()).toBe(1)
      expect(await tab.locator('img').count()).toBe(0)
      expect(await tab.locator('body').innerText()).not.toMatch(/[\u202e\u0007\u001b]/)
      for (const width of [1600, 800, 320]) {
        await tab.setViewportSize({ width, height: 900 })
        const whole = await tab.evaluate('document.documentElement.scrollWidth')
        expect(whole, `${width}`).toBeLessThanOrEqual(width)
        expect(await findClipped(tab), `${width}`).toEqual([])
      }
      expect(complaints).toEqual([])
      expect(new Set(requests)).toEqual(new Set([urlOf(name)]))
      await tab.close()
    },
  )

  it.each(['light', 'dark'] as const)(
    'has text that stands out from what is behind it, %s',
    async (colorScheme) => {
      const { tab } = await open({ colorScheme })
      const pairs = (await tab.evaluate(colours)) as [what: string, ink: string, paper: string][]
      expect(pairs.length).toBeGreaterThan(15)
      for (const [what, ink, paper] of pairs) {
        expect(contrast(ink, paper), `${what}: ${ink} on ${paper}`).toBeGreaterThan(4.5)
      }
      await tab.close()
    },
  )

  it('says it all without scripts, and offers no button that needs one', async () => {
    const [without, withScript] = [await open({ javaScriptEnabled: false }), await open()]
    const main = without.tab.locator('main')
    expect(await main.innerText()).toBe(await withScript.tab.locator('main').innerText())
    expect(await without.tab.locator('#theme').isVisible()).toBe(false)
    expect(await withScript.tab.locator('#theme').isVisible()).toBe(true)
    await Promise.all([without.tab.close(), withScript.tab.close()])
  })

  it('is walked by keyboard in the order in which it reads, and shows where one is', async () => {
    const { tab } = await open({ colorScheme: 'light' })
    const stops: { at: string; top: number; outline: string }[] = []
    for (let i = 0; i < 400; i++) {
      await tab.keyboard.press('Tab')
      const stop = (await tab.evaluate(focused)) as (typeof stops)[number] | null
      if (stop === null) break
      stops.push(stop)
    }
    expect(stops[0]!.at).toBe('Skip to the verdict')
    expect(stops.map(({ at }) => at)).toContain('Colours: auto')
    const regions = await tab.getByRole('region').count()
    expect(stops.length).toBeGreaterThan(10)
    expect(stops.length).toBeLessThan(regions * 2 + 40)
    for (const { at, outline } of stops) expect(outline, at).toBe('solid 3px')
    const tops = stops.slice(1).map(({ top }) => top)
    // Within a line of the navigation tops agree but for a pixel or two.
    for (let i = 1; i < tops.length; i++) expect(tops[i]).toBeGreaterThan(tops[i - 1]! - 12)
    await tab.evaluate('document.activeElement.blur(), scrollTo(0, 0)')
    await tab.locator('.skip').focus()
    await tab.keyboard.press('Enter')
    expect(await tab.evaluate('document.activeElement.id')).toBe('main')
    await tab.close()
  })

  it('turns light and dark by its button', async () => {
    const { tab } = await open({ colorScheme: 'light' })
    const paper = () => tab.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(await paper()).toBe('rgb(255, 255, 255)')
    await tab.locator('#theme').click()
    await tab.locator('#theme').click()
    expect(await tab.locator('#theme').textContent()).toBe('Colours: dark')
    expect(await paper()).toBe('rgb(13, 17, 23)')
    await tab.close()
  })

  it('names its parts for those who do not see it', async () => {
    const { tab } = await open()
    for (const role of ['banner', 'main', 'navigation', 'contentinfo'] as const) {
      expect(await tab.getByRole(role).count(), role).toBe(1)
    }
    expect(await tab.evaluate(accessibilityFaults)).toEqual([])
    const links = (await tab.evaluate(
      `[...document.querySelectorAll('a[href^="#"]')].filter((one) => !document.getElementById(one.hash.slice(1))).map((one) => one.outerHTML)`,
    )) as string[]
    expect(links).toEqual([])
    const chart = tab.getByRole('img')
    expect(await chart.getAttribute('aria-label')).toContain('Holdout satisfaction over 3 scorings')
    expect(await tab.getByRole('heading', { level: 2 }).first().innerText()).toContain('Rejected')
    expect(await tab.getByRole('listitem').filter({ hasText: 'Does not hold:' }).count()).toBe(1)
    await tab.close()
  })

  it('moves nothing for who wants no motion', async () => {
    const { tab } = await open({ reducedMotion: 'reduce' })
    const moving = await tab.evaluate(`[...document.querySelectorAll('*')].filter((one) => {
      const { scrollBehavior, animationName, transitionDuration } = getComputedStyle(one)
      return scrollBehavior === 'smooth' || animationName !== 'none' || transitionDuration !== '0s'
    }).length`)
    expect(moving).toBe(0)
    await tab.close()
  })

  it.each(['whole', 'long', 'hostile'])(
    'prints what is %s within the paper, all of it',
    async (name) => {
      // The width of A4 less its margins, at 96 dots an inch.
      const { tab } = await open({ viewport: { width: 688, height: 1017 } }, name)
      await tab.emulateMedia({ media: 'print' })
      expect(await tab.locator('nav').isVisible()).toBe(false)
      expect(await tab.locator('.secret').isVisible()).toBe(true)
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(688)
      const beyond = await tab.evaluate(
        `[...document.querySelectorAll('table, svg, pre')].filter((one) => one.getBoundingClientRect().right > 689).map((one) => one.outerHTML.slice(0, 200))`,
      )
      expect(beyond).toEqual([])
      const rows = await tab.evaluate(
        `[...document.querySelectorAll('tr')].every((one) => getComputedStyle(one).breakInside === 'avoid')`,
      )
      expect(rows).toBe(true)
      // How to play a trial again is of no use on paper.
      expect(await tab.locator('details').filter({ visible: true }).count()).toBe(0)
      const pdf = (await tab.pdf({ preferCSSPageSize: true })).toString('latin1')
      const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)]
      expect(boxes.length).toBeGreaterThan(1)
      for (const [, width, height] of boxes) {
        expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842])
      }
      await tab.close()
    },
  )
})

/** Headings and buttons whose text does not fit; tables scroll in regions of their own. */
function findClipped(tab: Page): Promise<unknown> {
  return tab.evaluate(`[...document.querySelectorAll('button, h1, h2, h3, p, li, dd, dt, summary')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
    .map((one) => one.outerHTML.slice(0, 80))`)
}

/** The element that has the focus; null when the page has none. */
const focused = `{
  const one = document.activeElement
  if (one === null || one === document.body) null
  else {
    const { outlineStyle, outlineWidth } = getComputedStyle(one)
    const at = one.getAttribute('aria-label') ?? one.textContent.trim()
    ;({ at, top: one.getBoundingClientRect().top + scrollY, outline: outlineStyle + ' ' + outlineWidth })
  }
}`

/** Every text of the page with its colour and that of what is behind it, each kind once. */
const colours = `{
  const found = new Map()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement
    if (walker.currentNode.data.trim() === '' || !one.checkVisibility() || one.closest('script, .unseen, th .bars')) continue
    let at = one
    while (at && /rgba\\(.*, 0\\)/.test(getComputedStyle(at).backgroundColor)) at = at.parentElement
    const ink = getComputedStyle(one).color
    const paper = getComputedStyle(at ?? document.body).backgroundColor
    found.set(ink + paper + one.tagName, [one.tagName + '.' + one.className, ink, paper])
  }
  [...found.values()]
}`

/** What a checker of accessibility would find: names, roles, ids, headings, tables. */
const accessibilityFaults = `{
  const faults = []
  const all = (what) => [...document.querySelectorAll(what)]
  const report = (rule, list) => list.forEach((one) => faults.push(rule + ': ' + one.outerHTML.slice(0, 90)))
  const nameOf = (one) =>
    one.getAttribute('aria-label') ||
    document.getElementById(one.getAttribute('aria-labelledby'))?.textContent.trim() ||
    one.textContent.trim()
  report('no name', all('a, button, summary, section, nav, [role]').filter((one) => !nameOf(one)))
  report('drawing without a name', all('svg').filter((one) => one.getAttribute('aria-hidden') !== 'true' && !one.getAttribute('aria-label')))
  report('table without a caption', all('table').filter((one) => !one.caption?.textContent.trim()))
  report('head without a scope', all('th').filter((one) => !one.scope))
  report('row without a head', all('tbody tr').filter((one) => one.querySelector('th[scope=row]') === null))
  report('empty head', all('th').filter((one) => one.textContent.trim() === ''))
  report('scrolls, but not by keyboard', all('.scroll').filter((one) => one.tabIndex !== 0))
  report('stray part of a list', all('li').filter((one) => !/^[OU]L$/.test(one.parentElement.tagName)))
  report('focus that is hidden', all('[aria-hidden=true] a, [aria-hidden=true] button'))
  const ids = all('[id]').map(({ id }) => id)
  if (new Set(ids).size !== ids.length) faults.push('an id twice')
  const names = all('section, nav, [role=region]').map(nameOf)
  for (const name of names) if (names.indexOf(name) !== names.lastIndexOf(name)) faults.push('a name twice: ' + name)
  const levels = all('h1, h2, h3, h4').map((one) => Number(one.tagName[1]))
  if (levels.filter((one) => one === 1).length !== 1) faults.push('not one h1')
  levels.forEach((one, i) => i > 0 && one - levels[i - 1] > 1 && faults.push('a level left out'))
  if (document.documentElement.lang === '' || document.title === '') faults.push('no language or title')
  faults
}`
