/** The rows that a list has to show, with some before and after for quick scrolling. */
export function visibleRows(
  { top, height }: { top: number; height: number },
  rowHeight: number,
  count: number,
  spare = 8,
): { from: number; to: number } {
  const from = Math.max(0, Math.floor(top / rowHeight) - spare)
  const to = Math.min(count, Math.ceil((top + height) / rowHeight) + spare)
  return { from: Math.min(from, to), to }
}

/** How far a list must be scrolled for a row to be wholly in sight; as it is where it already is. */
export function scrollToRow(
  { top, height }: { top: number; height: number },
  rowHeight: number,
  row: number,
): number {
  const begin = row * rowHeight
  if (begin < top) return begin
  if (begin + rowHeight > top + height) return begin + rowHeight - height
  return top
}
