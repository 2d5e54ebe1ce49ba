import { plural } from '../words.ts'
import { byId } from './dom.ts'
import { FilterBar } from './filter-bar.ts'
import { filterTrials, noWishes, type Wishes } from './filter.ts'
import { listenToKeys } from './keys.ts'
import { readPlace, spellPlace, type Place } from './place.ts'
import { followTheme } from './theme.ts'
import { TrialList } from './trial-list.ts'
import { drawTrialPanel } from './trial-panel.ts'
import { Trials } from './trials.ts'

/** What the page does besides standing there: the list of trials, filters, search, one trial at a time, keys and colours. */

const theme = byId('theme')
followTheme(theme)
await start(await Trials.read())

async function start(trials: Trials): Promise<void> {
  const { index } = trials
  const panel = byId('trial')
  const box = byId('list')
  let place: Place = { wishes: { ...noWishes }, trial: undefined }
  let shown = filterTrials(index, place.wishes)
  const list = new TrialList(box, index, (trial) => go({ ...place, trial }))
  const wish = (wishes: Wishes): Promise<void> => go({ wishes, trial: place.trial })
  const bar = new FilterBar(byId('filters'), index, wish)

  /** Shows a place, and makes it the page's address. */
  async function go(next: Place): Promise<void> {
    history.replaceState(null, '', spellPlace(next))
    await show(next)
  }

  async function show(next: Place): Promise<void> {
    const former = place
    place = next
    if (JSON.stringify(next.wishes) !== JSON.stringify(former.wishes)) {
      shown = filterTrials(index, next.wishes)
    }
    bar.show(next.wishes)
    list.show(shown, next.trial)
    const all = plural(trials.count, 'trial')
    byId('count').textContent = shown.length === trials.count ? all : `${shown.length} of ${all}`
    byId('nothing').hidden = shown.length > 0
    if (next.trial !== former.trial) await showTrial(next.trial)
  }

  async function showTrial(number: number | undefined): Promise<void> {
    if (number === undefined || number >= trials.count) return panel.replaceChildren()
    const like = index.columns.like[number]!
    const [trial, passing] = await Promise.all([
      trials.trial(number),
      like === -1 ? undefined : trials.trial(like),
    ])
    // Another may have been chosen meanwhile.
    if (place.trial !== number) return
    const held = passing === undefined ? undefined : { trial: passing, number: like }
    panel.replaceChildren(...drawTrialPanel(trial, held, index, laneWidth(panel)))
    showShortfall(panel)
  }

  const enterTrial = (): void => {
    document.getElementById('trial-name')?.focus()
    panel.scrollIntoView({ block: 'nearest' })
  }
  const follow = async (): Promise<void> => {
    const next = readPlace(location.hash)
    if (next === undefined) return
    await show(next)
    byId('trials').scrollIntoView()
    if (next.trial !== undefined) enterTrial()
  }
  addEventListener('hashchange', follow)
  const help = byId('keys') as HTMLDialogElement
  byId('help').addEventListener('click', () => help.showModal())
  const moveTrial = (rows: number): void => list.move(rows)
  listenToKeys({ moveTrial, enterTrial, search: bar.search, list: box, panel, help, theme })
  await show(place)
  await follow()
  document.documentElement.dataset['ready'] = 'true'
  performance.mark('ready')
}

/** Scrolls a long time line to the first thing in it that went wrong. */
function showShortfall(panel: HTMLElement): void {
  const axis = panel.querySelector('.axis')
  const mark = axis?.querySelector('.halo, .mark.crashed, .check.bad')
  if (!axis || !mark) return
  const left = mark.getBoundingClientRect().left - axis.getBoundingClientRect().left
  axis.scrollLeft = left - axis.clientWidth / 2
}

/** How wide a time line may be without scrolling: the panel without its paddings and the names of the lanes. */
function laneWidth(panel: HTMLElement): number {
  return Math.max(240, panel.clientWidth - 120)
}
