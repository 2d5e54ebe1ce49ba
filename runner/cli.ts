import { UsageError } from '../engine/usage-error.ts'
import { didYouMean } from '../engine/nearest.ts'
import { commands, findHelp } from './commands.ts'
import { readVersion } from './version.ts'
import { overview } from './overview.ts'

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await main(process.argv.slice(2))

/** Parses, calls, prints; returns the exit code: 0 yes, 1 the subject fell short, 2 your mistake, 3 ours. */
async function main([name = '--help', ...args]: string[]): Promise<number> {
  try {
    if (name === '--version' || name === '-v') return say(readVersion())
    if (name === '--help' || name === '-h' || name === 'help') {
      return say(args[0] === undefined ? overview : await findHelp(args[0]))
    }
    const load = commands[name]
    if (load === undefined) {
      const fix = `${didYouMean(name, Object.keys(commands))} See backlot --help.`
      throw new UsageError(`There is no command "${name}".`, { fix })
    }
    const { run, help } = await load()
    if (args.includes('--help') || args.includes('-h')) return say(help)
    return await run(args)
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`)
      return 2
    }
    process.stderr.write(`Backlot itself failed; this is our mistake.\n${stackOf(error)}\n`)
    return 3
  }
}

function say(text: string): number {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  return 0
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
