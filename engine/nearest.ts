/** The known word that a mistyped one was most likely meant to be, or undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Infinity
  for (const one of known) {
    const edits = editsBetween(word.toLowerCase(), one.toLowerCase())
    if (edits < least) [best, least] = [one, edits]
  }
  return least <= Math.max(1, Math.ceil(word.length / 3)) ? best : undefined
}

/** `Did you mean "jira"?`, or the list of what there is. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const all = [...known]
  const near = nearest(word, all)
  if (near !== undefined) return `Did you mean "${near}"?`
  return all.length === 0 ? 'There are none.' : `There are: ${all.join(', ')}.`
}

/** Edits (insert, delete, change, swap of neighbours) that lead from one word to the other. */
export function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let edits = Math.min(last[j]! + 1, row[j - 1]! + 1, change)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, beforeLast[j - 2]! + 1)
      }
      row.push(edits)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
