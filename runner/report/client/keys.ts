/** What keys do; every one is told in the page's list of keys. */
export interface KeyActions {
  /** So many trials further down the list. */
  moveTrial: (rows: number) => void
  /** From the list into the trial. */
  enterTrial: () => void
  search: HTMLInputElement
  list: HTMLElement
  panel: HTMLElement
  help: HTMLDialogElement
  theme: HTMLElement
}

/** Listens to keys anywhere in the page. Keys with Ctrl, Alt or Meta are the browser's. */
export function listenToKeys(actions: KeyActions): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || actions.help.open) return
    const target = event.target as HTMLElement
    const isDone = isField(target)
      ? handleInField(event.key, target, actions)
      : handle(event.key, target, actions)
    if (isDone) event.preventDefault()
  })
}

function isField(target: HTMLElement): boolean {
  return target.matches('input[type=search], select, textarea')
}

function handleInField(key: string, target: HTMLElement, { list }: KeyActions): boolean {
  const isSearch = target.matches('input[type=search]')
  if (key !== 'Escape' && !(isSearch && (key === 'Enter' || key === 'ArrowDown'))) return false
  list.focus()
  return true
}

function handle(key: string, target: HTMLElement, actions: KeyActions): boolean {
  const { search, list, panel, help, theme } = actions
  const isInPanel = panel.contains(target)
  if (key === '?') help.showModal()
  else if (key === '/') search.focus()
  else if (key === 't') theme.click()
  else if (key === 'Escape' && isInPanel) list.focus()
  else if (key === 'j' || key === 'k') {
    const step = key === 'j' ? 1 : -1
    if (isInPanel) moveRow(panel, target, step)
    else actions.moveTrial(step)
  } else if (target === list) return handleInList(key, actions)
  else return false
  return true
}

function handleInList(key: string, { moveTrial, enterTrial, list }: KeyActions): boolean {
  const page = Math.max(1, Math.floor(list.clientHeight / 52) - 1)
  const rows: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity,
  }
  if (key === 'Enter') enterTrial()
  else if (Object.hasOwn(rows, key)) moveTrial(rows[key]!)
  else return false
  return true
}

/** To the next or former row of the trial's story that opens. */
function moveRow(panel: HTMLElement, target: HTMLElement, step: number): void {
  const rows = [...panel.querySelectorAll<HTMLElement>('.story > li > details > summary')]
  const at = rows.findIndex((row) => row.closest('li')!.contains(target))
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
