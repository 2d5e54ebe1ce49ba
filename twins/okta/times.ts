// Formatting is memoised by the last value: the replies of one moment share it.
let lastSecond = -1
let secondText = ''
let lastMs = -1
let msText = ''
let lastDate = -1
let dateText = ''

/** Virtual ms as resources show it: whole seconds, yet with `.000Z`. */
export function isoSecond(at: number): string {
  const second = Math.floor(at / 1000)
  if (second !== lastSecond) {
    lastSecond = second
    secondText = new Date(second * 1000).toISOString()
  }
  return secondText
}

/** Virtual ms as the System Log shows it. */
export function isoMs(at: number): string {
  if (at !== lastMs) {
    lastMs = at
    msText = `${isoSecond(at).slice(0, -4)}${String(at % 1000).padStart(3, '0')}Z`
  }
  return msText
}

/** Virtual ms as a `date` header; the Node SDK counts a rate limit's wait from it. */
export function httpDate(at: number): string {
  const second = Math.floor(at / 1000)
  if (second !== lastDate) {
    lastDate = second
    dateText = new Date(second * 1000).toUTCString()
  }
  return dateText
}
