// This file is part of the page's script as well, so it imports nothing.

/** The command that plays a trial again, behind the same wall. */
export function replayCommand(trialId: string, subjectFile: string, wall?: string): string {
  const command = `npx backlot replay ${quote(trialId)} --subject ${quote(subjectFile)}`
  return wall === 'environment' ? `${command} --wall environment` : command
}

/** One word of a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
