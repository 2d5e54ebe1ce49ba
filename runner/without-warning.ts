/** Runs something without the one warning that Node gives each time it is used: that it is an experiment. */
export function withoutWarning<T>(about: RegExp, body: () => T): T {
  const { emitWarning } = process
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!about.test(String(warning))) emitWarning.call(process, warning, ...rest)
  }) as typeof emitWarning
  try {
    return body()
  } finally {
    process.emitWarning = emitWarning
  }
}
