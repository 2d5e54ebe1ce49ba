import type { WallName } from '../wall/wall.ts'

/** The command that plays a trial again, behind the same wall. */
export function replayCommand(trialId: string, subjectFile: string, wall?: WallName): string {
  const command = `npx backlot replay ${quote(trialId)} --subject ${quote(subjectFile)}`
  return wall === 'environment' ? `${command} --wall environment` : command
}

/** One word of a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
