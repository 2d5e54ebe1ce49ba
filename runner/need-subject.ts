import { UsageError } from '../engine/usage-error.ts'

/** The description file that a command was given. Throws a UsageError when there is none. */
export function needSubject(command: string, file: string | undefined): string {
  if (file !== undefined) return file
  throw new UsageError('Which code is to be run?', {
    field: '--subject',
    fix: `Name its description: --subject subject.json. See backlot ${command} --help.`,
  })
}
