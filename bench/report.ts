import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { renderPage } from '../runner/report/page.ts'
import { findChromium, launchChromium } from '../runner/report/testing/chromium.ts'
import { playBigRun } from './report-run.ts'

/**
 * The page of a big run in a real Chromium: how large it is, how long until something is to be seen, until
 * its list answers, and until a trial far down is shown. Prints one line of JSON; nothing is measured
 * where no Chromium is installed.
 */
export interface ReportFigures {
  trials: number
  resultMb: number
  resultGzipMb: number
  pageMb: number
  renderMs: number
  /** From the beginning of the navigation: first-contentful-paint, and the list and search ready. */
  firstContentMs?: number
  readyMs?: number
  /** From a key to the trial's panel, and from a letter in the search to the list. */
  openMs?: number
  searchMs?: number
}

/** Plays, renders and opens a run of so many trials. */
export async function measureReport(count: number): Promise<ReportFigures> {
  const result = await playBigRun(count)
  const begun = performance.now()
  const page = renderPage(result)
  const renderMs = performance.now() - begun
  const json = JSON.stringify(result)
  const mb = (bytes: number): number => Math.round(bytes / 1e4) / 100
  const figures: ReportFigures = {
    trials: result.trials.length,
    resultMb: mb(json.length),
    resultGzipMb: mb(gzipSync(json).length),
    pageMb: mb(page.length),
    renderMs: Math.round(renderMs),
  }
  const executablePath = findChromium()
  if (executablePath === undefined) return figures
  const folder = mkdtempSync(join(tmpdir(), 'bench-report-'))
  const file = join(folder, 'report.html')
  writeFileSync(file, page)
  const browser = await launchChromium(executablePath)
  try {
    const runs: Awaited<ReturnType<typeof openPage>>[] = []
    for (let i = 0; i < 3; i++) runs.push(await openPage(browser, pathToFileURL(file).href))
    const median = (name: keyof (typeof runs)[number]): number =>
      Math.round(runs.map((one) => one[name]).sort((a, b) => a - b)[1]!)
    return {
      ...figures,
      firstContentMs: median('firstContentMs'),
      readyMs: median('readyMs'),
      openMs: median('openMs'),
      searchMs: median('searchMs'),
    }
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true })
  }
}

async function openPage(browser: Browser, url: string) {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  try {
    await tab.goto(url, { waitUntil: 'commit' })
    await tab.locator('html[data-ready]').waitFor({ state: 'attached' })
    const [firstContentMs, readyMs] = (await tab.evaluate(
      `[performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, performance.getEntriesByName('ready')[0].startTime]`,
    )) as [number, number]
    await tab.locator('#list').focus()
    let begun = performance.now()
    await tab.keyboard.press('End')
    await tab.locator('#trial-name').waitFor()
    const openMs = performance.now() - begun
    await tab.locator('#search').focus()
    begun = performance.now()
    await tab.keyboard.type('case-7 flaky')
    await tab.locator('#count', { hasText: ' of ' }).waitFor()
    return { firstContentMs, readyMs, openMs, searchMs: performance.now() - begun }
  } finally {
    await tab.close()
  }
}

if (import.meta.main)
  console.log(JSON.stringify(await measureReport(Number(process.argv[2] ?? 10_000))))
