import { didYouMean } from '../engine/nearest.ts'
import { UsageError } from '../engine/usage-error.ts'

/**
 * A word that accounts for changes: `table[rows]` or `table[rows].field.path`. Rows are an id
 * (quoted where it holds `]` or `=`), `*` for any, `+` for new ones, `field=value` or `+field=value`.
 * In a path, `*` stands for one name or index; what lies deeper is accounted for as well.
 */
export interface Word {
  text: string
  table: string
  rows: RowChoice
  /** Empty: the row as a whole. */
  path: string[]
}

export interface RowChoice {
  id?: string
  /** Only rows that were made. */
  made?: true
  where?: { path: string[]; value: string }
}

const form = /^([^[\]]+)\[(?:"((?:[^"\\]|\\.)*)"|([^\]]*))\]((?:\.[^.[\]]+|\[(?:\d+|\*)\])*)$/
const examples =
  'Write "okta.users[00u1].status", "jira.comments[+]" or "slack.messages[+channel=C1]".'

/** Reads a word. Throws a UsageError when it has no such form or names no table of the world. */
export function readWord(text: string, tables: Iterable<string>): Word {
  const match = form.exec(text.trim())
  if (match === null) {
    throw new UsageError(`"${text}" is no word for changes.`, {
      field: 'changes.allow',
      fix: examples,
    })
  }
  const table = match[1]!
  const known = [...tables]
  if (!known.includes(table)) {
    throw new UsageError(`"${text}" names no table: there is no "${table}".`, {
      field: 'changes.allow',
      fix: didYouMean(table, known),
    })
  }
  const quoted = match[2]?.replaceAll(/\\(.)/g, '$1')
  const rows = quoted === undefined ? readRows(match[3]!, text) : { id: quoted }
  return { text, table, rows, path: readPath(match[4]!) }
}

/** The word that would account for a change: what a report suggests. */
export function spellWord(table: string, id: string, path: readonly string[]): string {
  const plain = /^[^\]="*+\s][^\]="\s]*$/.test(id)
  const fields = path.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('')
  return `${table}[${plain ? id : JSON.stringify(id)}]${fields}`
}

/** `profile.emails[0].value` as its parts. */
export function readPath(text: string): string[] {
  return text.split(/[.[\]]/).filter((part) => part !== '')
}

function readRows(text: string, word: string): RowChoice {
  if (text === '*') return {}
  if (text === '+') return { made: true }
  const made = text.startsWith('+') ? { made: true as const } : {}
  const rest = text.startsWith('+') ? text.slice(1) : text
  const equals = rest.indexOf('=')
  if (equals > 0) {
    return {
      ...made,
      where: { path: readPath(rest.slice(0, equals)), value: rest.slice(equals + 1) },
    }
  }
  if (text === '' || text.startsWith('+')) {
    throw new UsageError(`"${word}" does not say which rows.`, {
      field: 'changes.allow',
      fix: examples,
    })
  }
  return { id: text }
}
