import { plural } from '../words.ts'
import { element } from './dom.ts'
import { diffLines, foldSame } from './line-diff.ts'

const signs = { same: ' ', removed: '−', added: '+' } as const
const spoken = { same: '', removed: 'only before: ', added: 'only after: ' } as const

/** Two texts laid over each other; `names` says whose the lines with − and with + are. */
export function drawDiff(
  before: readonly string[],
  after: readonly string[],
  names: { before: string; after: string },
): HTMLElement {
  const lines = diffLines(before, after)
  const rows = foldSame(lines).map((line) =>
    'left' in line
      ? element('span', { class: 'line left' }, `⋯ ${plural(line.left, 'line')} the same`)
      : element(
          'span',
          { class: `line ${line.kind}` },
          element('span', { class: 'sign', 'aria-hidden': true }, signs[line.kind]),
          element('span', { class: 'unseen' }, spoken[line.kind]),
          line.text,
        ),
  )
  return element(
    'figure',
    { class: 'diff' },
    element(
      'figcaption',
      { class: 'soft' },
      element('span', { class: 'removed' }, `− ${names.before}`),
      '  ',
      element('span', { class: 'added' }, `+ ${names.after}`),
    ),
    element('pre', { tabindex: 0 }, ...rows),
  )
}
