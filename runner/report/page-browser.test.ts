import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderPage } from './page.ts'
import type { RunResult } from './result.ts'
import { findChromium, launchChromium } from './testing/chromium.ts'
import { contrast } from './testing/contrast.ts'
import { everyOutcome } from './testing/hostile-run.ts'
import { hostileSweep } from './testing/hostile-sweep.ts'

const chromium = findChromium()
if (chromium === undefined) {
  console.warn(
    'The page is not tried in a browser: no Chromium is installed (CHROMIUM_PATH names one).',
  )
}

/** The same trials under other seeds until there are so many. */
function enlarge(result: RunResult, count: number): RunResult {
  const trials = Array.from({ length: count }, (_, i) => {
    const seed = String(i + 1)
    const { id, ...rest } = result.trials[i % result.trials.length]!
    return { ...rest, id: id.replace(/@\d+/, `@${seed}`), seed }
  })
  return { ...result, trials }
}

describe.skipIf(chromium === undefined)('the page in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'))
  const urlOf = (name: string): string => pathToFileURL(join(folder, name)).href
  let browser: Browser
  let small: RunResult

  beforeAll(async () => {
    small = await everyOutcome(3)
    writeFileSync(join(folder, 'small.html'), renderPage(small, { sweep: hostileSweep }))
    browser = await launchChromium(chromium!)
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  /** Opens a page and notes whatever it should not do. */
  async function open(
    options: BrowserContextOptions = {},
    { hash = '', file = 'small.html' } = {},
  ): Promise<{ tab: Page; complaints: string[]; requests: string[] }> {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
    const complaints: string[] = []
    const requests: string[] = []
    tab.on('console', (message) => complaints.push(message.text()))
    tab.on('pageerror', (error) => complaints.push(String(error)))
    tab.on('dialog', (dialog) => complaints.push(dialog.message()))
    tab.on('request', (request) => requests.push(request.url()))
    await tab.goto(urlOf(file) + hash)
    if (options.javaScriptEnabled !== false) {
      await tab.locator('html[data-ready]').waitFor({ state: 'attached' })
    }
    return { tab, complaints, requests }
  }

  const focused = (tab: Page): Promise<string> =>
    tab.evaluate('document.activeElement.id || document.activeElement.tagName') as Promise<string>

  it.each(['light', 'dark'] as const)(
    'shows every trial, row and body without a complaint or a request, and runs nothing of anybody else, %s',
    async (colorScheme) => {
      const { tab, complaints, requests } = await open({ colorScheme })
      const scripts = await tab.locator('script').count()
      for (let i = 0; i < small.trials.length; i++) {
        await tab.evaluate(`location.hash = '#trial=${i}'`)
        await tab.locator('#trial pre.command', { hasText: 'replay' }).waitFor()
        await tab.evaluate(
          `document.querySelectorAll('#trial details').forEach((one) => (one.open = true))`,
        )
      }
      await tab.locator('#trial .details').first().waitFor()
      expect(await tab.locator('h1').textContent()).toContain('<script>alert(1)</script>')
      expect(await tab.locator('script').count()).toBe(scripts)
      expect(await tab.locator('img').count()).toBe(0)
      const text = (await tab.locator('body').innerText()).replaceAll('\n', '')
      expect(text).not.toMatch(/[\u202e\u0007\u001b]/)
      expect(complaints).toEqual([])
      expect(new Set(requests.map((one) => one.replace(/#.*/, '')))).toEqual(
        new Set([urlOf('small.html')]),
      )
      await tab.close()
    },
  )

  it.each(['light', 'dark'] as const)(
    'has text that stands out from what is behind it, %s',
    async (colorScheme) => {
      const { tab } = await open({ colorScheme }, { hash: '#trial=1' })
      await tab.locator('#trial .story').waitFor()
      await tab.evaluate(`document.querySelectorAll('details').forEach((one) => (one.open = true))`)
      const places = [
        'body',
        '.soft',
        '.bad',
        '.good',
        '.odd',
        'a',
        '.tag',
        '.badge',
        '.diff .line.removed',
        '.diff .line.added',
        '.row .about .soft',
        '.row[aria-selected=true] .soft',
        'li.failed .soft',
        'td.none a',
        'td.unknown',
        '.score .soft',
        'button',
        '.note',
      ]
      for (const place of places) {
        const found = (await tab.evaluate(`{
          const one = document.querySelector(${JSON.stringify(place)})
          let at = one
          while (at && /rgba\\(.*, 0\\)/.test(getComputedStyle(at).backgroundColor)) at = at.parentElement
          one && [getComputedStyle(one).color, getComputedStyle(at ?? document.body).backgroundColor]
        }`)) as [string, string] | null
        if (found === null) continue
        const [ink, paper] = found
        expect(contrast(ink, paper), `${place}: ${ink} on ${paper}`).toBeGreaterThan(4.5)
      }
      await tab.close()
    },
  )

  it('is used by keyboard alone', async () => {
    const { tab } = await open()
    await tab.keyboard.press('/')
    expect(await focused(tab)).toBe('search')
    await tab.keyboard.type('bad/one')
    await tab.locator('#count', { hasText: 'of 12' }).waitFor()
    await tab.keyboard.press('Enter')
    expect(await focused(tab)).toBe('list')
    await tab.keyboard.press('j')
    const chosen = tab.locator('.row[aria-selected=true]')
    const first = await chosen.getAttribute('id')
    expect(await tab.locator('#list').getAttribute('aria-activedescendant')).toBe(first)
    await tab.keyboard.press('j')
    expect(await chosen.getAttribute('aria-posinset')).toBe('2')
    await tab.keyboard.press('k')
    expect(await chosen.getAttribute('id')).toBe(first)
    await tab.locator('#trial-name').waitFor()
    await tab.keyboard.press('Enter')
    expect(await focused(tab)).toBe('trial-name')
    await tab.keyboard.press('j')
    const row = tab.locator('.story details').first()
    expect(await row.getAttribute('open')).toBeNull()
    await tab.keyboard.press('Enter')
    expect(await row.getAttribute('open')).not.toBeNull()
    await tab.keyboard.press('Escape')
    expect(await focused(tab)).toBe('list')
    await tab.keyboard.press('?')
    expect(await tab.locator('dialog').getAttribute('open')).not.toBeNull()
    await tab.keyboard.press('Escape')
    expect(await tab.locator('dialog').getAttribute('open')).toBeNull()
    await tab.keyboard.press('Escape')
    await tab.evaluate('document.activeElement.blur(), scrollTo(0, 0)')
    await tab.keyboard.press('j')
    expect(await focused(tab)).toBe('list')
    expect(await tab.evaluate('scrollY')).toBeGreaterThan(0)
    await tab.close()
  })

  it('goes from a cell, a way of falling short and an address to the trials meant', async () => {
    const { tab } = await open()
    await tab.locator('td.none a').first().click()
    await tab.locator('#count', { hasText: 'of 12' }).waitFor()
    expect(new URL(tab.url()).hash).toContain('scenario=bad%2Fone')
    const shown = await tab.locator('.row').count()
    expect(shown).toBeGreaterThan(0)
    expect(shown).toBeLessThan(6)
    await tab.locator('.failure .links a').first().click()
    await tab.locator('#trial-name').waitFor()
    expect(await focused(tab)).toBe('trial-name')
    const id = await tab.locator('#trial pre.command').textContent()
    await tab.reload()
    await tab.locator('#trial-name').waitFor()
    expect(await tab.locator('#trial pre.command').textContent()).toBe(id)
    await tab.getByRole('button', { name: 'Show all' }).click()
    expect(await tab.locator('#count').textContent()).toBe('12 trials')
    await tab.locator('#search').fill('there is no such thing')
    expect(await tab.locator('#nothing').isVisible()).toBe(true)
    await tab.close()
  })

  it('leads from a reason to the row that shows it', async () => {
    const { tab } = await open({}, { hash: '#trial=2' })
    const reason = tab.locator('ul.why button').first()
    await reason.click()
    const row = tab.locator('.story details:focus-within')
    expect(await row.getAttribute('open')).not.toBeNull()
    const sentence = (await reason.textContent())!.replace('not so: ', '')
    expect(await row.locator('summary').textContent()).toContain(sentence.slice(0, 20))
    await tab.close()
  })

  it('filters by verdict, scenario, plan and tag', async () => {
    const { tab } = await open()
    const expectShown = async (fits: (trial: RunResult['trials'][number]) => boolean) => {
      const fitting = small.trials.filter(fits)
      expect(await tab.locator('#count').textContent()).toBe(`${fitting.length} of 12 trials`)
      return fitting.length
    }
    await tab.getByLabel('Only of verdict').selectOption('inconclusive')
    expect(await expectShown(({ verdict }) => verdict === 'inconclusive')).toBe(1)
    await tab.getByLabel('Only of verdict').selectOption('satisfied')
    expect(await expectShown(({ verdict }) => verdict === 'satisfied')).toBeGreaterThan(1)
    await tab.getByLabel('Only of plan').selectOption('none')
    const isPlain = ({ verdict, plan }: RunResult['trials'][number]): boolean =>
      verdict === 'satisfied' && plan.name === 'none'
    expect(await expectShown(isPlain)).toBeGreaterThan(1)
    await tab.getByLabel('Only of tag').selectOption('plain')
    await expectShown((trial) => isPlain(trial) && trial.tags.includes('plain'))
    await tab.getByLabel('Only of scenario').selectOption('bad/one')
    expect(await tab.locator('#count').textContent()).toBe('0 of 12 trials')
    await tab.close()
  })

  it('turns light and dark by its button, and keeps all in its place', async () => {
    const { tab } = await open({ colorScheme: 'light' }, { hash: '#trial=1' })
    await tab.locator('#trial .timeline').waitFor()
    const paper = (): Promise<string> =>
      tab.evaluate('getComputedStyle(document.body).backgroundColor') as Promise<string>
    const boxes = (): Promise<unknown> =>
      tab.evaluate(`scrollTo(0, 0), [...document.querySelectorAll('main *')]
        .filter((one) => one.getClientRects().length > 0)
        .map((one) => {
          const { x, y, width, height } = one.getBoundingClientRect()
          return [one.tagName, ...[x, y, width, height].map(Math.round)].join()
        })`)
    const light = { paper: await paper(), boxes: await boxes() }
    expect(light.paper).toBe('rgb(255, 255, 255)')
    await tab.locator('#theme').click()
    await tab.locator('#theme').click()
    expect(await tab.locator('#theme').textContent()).toBe('Colours: dark')
    expect(await paper()).not.toBe(light.paper)
    expect(await boxes()).toEqual(light.boxes)
    await tab.close()
  })

  it.each([1280, 800, 400])('overflows and overlaps nowhere at a width of %i', async (width) => {
    const { tab } = await open({ viewport: { width, height: 900 } }, { hash: '#trial=1' })
    await tab.locator('#trial .timeline').waitFor()
    await tab.evaluate(`document.querySelectorAll('details').forEach((one) => (one.open = true))`)
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    const overlaps = await tab.evaluate(`{
      const found = []
      const groups = ['header > *', 'nav > *', 'main > *', '#filters > *', '.browser > *', '#trial > *', '.story > li', '.score > *', '.groups > *', '.failure > *']
      for (const group of groups) {
        const seen = [...document.querySelectorAll(group)].filter((one) => one.getClientRects().length > 0)
        for (let i = 1; i < seen.length; i++) {
          if (seen[i].parentElement !== seen[i - 1].parentElement) continue
          const a = seen[i - 1].getBoundingClientRect(), b = seen[i].getBoundingClientRect()
          const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
          const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
          if (across > 1 && down > 1) found.push(group + ' ' + i)
        }
      }
      found
    }`)
    expect(overlaps).toEqual([])
    const clipped =
      await tab.evaluate(`[...document.querySelectorAll('button, h1, h2, h3, h4, summary, .badge, .tag')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
      .map((one) => one.outerHTML.slice(0, 80))`)
    expect(clipped).toEqual([])
    const picture = await tab.screenshot()
    // A page of one colour would be a few kilobytes.
    expect(picture.length).toBeGreaterThan(10_000)
    await tab.close()
  })

  it('holds ten thousand trials, of which it draws what is in sight', async () => {
    writeFileSync(join(folder, 'big.html'), renderPage(enlarge(small, 10_000)))
    const { tab, complaints } = await open({}, { file: 'big.html' })
    expect(await tab.locator('#count').textContent()).toBe('10000 trials')
    expect(await tab.locator('.row').count()).toBeLessThan(60)
    await tab.locator('#list').focus()
    await tab.keyboard.press('End')
    const last = tab.locator('.row[aria-selected=true]')
    expect(await last.getAttribute('aria-posinset')).toBe('10000')
    expect(await last.isVisible()).toBe(true)
    await tab.locator('#trial pre.command', { hasText: '@10000' }).waitFor()
    await tab.keyboard.press('PageUp')
    await tab.locator('#search').fill('@7777')
    await tab.locator('#count', { hasText: '1 of 10000' }).waitFor()
    expect(complaints).toEqual([])
    await tab.close()
  })

  it('prints without what only a screen needs, and nothing beyond the paper', async () => {
    const { tab } = await open({ viewport: { width: 794, height: 1123 } }, { hash: '#trial=1' })
    await tab.locator('#trial .timeline').waitFor()
    await tab.emulateMedia({ media: 'print' })
    expect(await tab.locator('nav').isVisible()).toBe(false)
    expect(await tab.locator('#list').isVisible()).toBe(false)
    expect(await tab.locator('#trial-name').isVisible()).toBe(true)
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(794)
    await tab.close()
  })

  it('says what it can without scripts', async () => {
    const { tab } = await open({ javaScriptEnabled: false })
    expect(await tab.locator('.score strong').textContent()).toBe('0 %')
    expect(await tab.locator('.failure').count()).toBeGreaterThan(0)
    // Chromium shows it only where scripts are off from the very start, which no test can ask for.
    expect(await tab.locator('#trials noscript').textContent()).toContain('Scripts are off')
    await tab.close()
  })

  it('names its parts for those who do not see it', async () => {
    const { tab } = await open({}, { hash: '#trial=1' })
    await tab.locator('#trial .timeline').waitFor()
    for (const role of [
      'banner',
      'main',
      'navigation',
      'contentinfo',
      'search',
      'listbox',
    ] as const) {
      expect(await tab.getByRole(role).count(), role).toBe(1)
    }
    const nameless =
      await tab.evaluate(`[...document.querySelectorAll('button, a, input, select, summary, svg[role=img], [role=region]')]
      .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length))
      .map((one) => one.outerHTML.slice(0, 80))`)
    expect(nameless).toEqual([])
    const ids = (await tab.evaluate(
      `[...document.querySelectorAll('[id]')].map((one) => one.id)`,
    )) as string[]
    expect(new Set(ids).size).toBe(ids.length)
    const levels = (await tab.evaluate(
      `[...document.querySelectorAll('h1,h2,h3,h4,h5')].filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))`,
    )) as number[]
    expect(levels.filter((one) => one === 1)).toHaveLength(1)
    for (let i = 1; i < levels.length; i++)
      expect(levels[i]! - levels[i - 1]!).toBeLessThanOrEqual(1)
    await tab.close()
  })
})
