/** The command that plays a trial again. */
export function replayCommand(trialId: string, subjectFile: string): string {
  return `npx backlot replay ${quote(trialId)} --subject ${quote(subjectFile)}`
}

/** One word of a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
