import { inert, percent, plural, span } from '../report/words.ts'
import { isBlind, type MutantFate, type MutantsResult } from './result.ts'

/** What a person reads about mutants. */
export function tellMutants(result: MutantsResult, survivorsMost = 20): string {
  const { subject, counts, score, interval, found, mutants, trials, scenarios } = result
  const played = found > mutants.length ? `${mutants.length} of ${found}` : String(found)
  const lines = [
    `${subject.name} (${subject.kind}): ${played} mutants in ${plural(trials, 'trial')}`,
    '',
    `  noticed       ${percent(score)}${interval === null ? '' : `   95 % interval ${span(interval)} (Wilson)`}`,
    `                ${counts.noticed} noticed, ${counts.survived} survived${others(counts)}`,
    ...bySide(mutants),
    '',
  ]
  const survivors = mutants.filter(({ fate }) => fate === 'survived')
  if (survivors.length > 0) {
    lines.push('No scenario noticed that', '')
    for (const { id, twin, op, about, missedBy } of survivors.slice(0, survivorsMost)) {
      lines.push(
        `  ${twin} ${op} ${about}   (${missedBy.slice(0, 3).join(', ')}${missedBy.length > 3 ? ' …' : ''})`,
        `      ${id}`,
      )
    }
    if (survivors.length > survivorsMost) {
      lines.push(`  … and ${survivors.length - survivorsMost} more; --json has all.`)
    }
    lines.push(
      '',
      'Some of them may be equivalent: nothing that anybody wants to be so is different then. That can not be told here.',
      '',
    )
  }
  lines.push('By scenario:')
  for (const one of scenarios) {
    const mark = isBlind(one) ? '!' : one.noticed === 0 ? '?' : ' '
    lines.push(` ${mark} ${one.scenario}: noticed ${one.noticed} of ${one.noticed + one.missed}`)
  }
  const blind = scenarios.filter(isBlind)
  if (blind.length > 0)
    lines.push(
      '',
      `! ${plural(blind.length, 'scenario notices', 'scenarios notice')} no mutant and measure${blind.length === 1 ? 's' : ''} little.`,
    )
  for (const { trial, why } of result.unsound) {
    lines.push(`! ${trial} can tell nothing: without any mutant, ${why.split('\n', 1)[0]}.`)
  }
  for (const id of result.unknown) lines.push(`! ${id} is no mutant of these trials.`)
  if (result.unplayed > 0)
    lines.push(`! interrupted: ${plural(result.unplayed, 'trial')} not played.`)
  return inert(`${lines.join('\n').trimEnd()}\n`)
}

function others(counts: MutantsResult['counts']): string {
  const parts: string[] = []
  if (counts['not reached'] > 0)
    parts.push(`${counts['not reached']} made no difference to any call`)
  if (counts.unclear > 0) parts.push(`${counts.unclear} unclear`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')}; not counted)`
}

function bySide(mutants: readonly MutantFate[]): string[] {
  return (['twin', 'subject'] as const).flatMap((side) => {
    const own = mutants.filter((one) => one.side === side)
    const noticed = own.filter(({ fate }) => fate === 'noticed').length
    const judged = noticed + own.filter(({ fate }) => fate === 'survived').length
    if (judged === 0) return []
    const what = side === 'twin' ? 'rules of twins' : 'calls of the subject'
    return [`                ${noticed} of ${judged} ${what}`]
  })
}
