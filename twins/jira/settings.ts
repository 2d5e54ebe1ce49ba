/** What the sources leave open, with the value we take. */
export const settings: Readonly<Record<string, unknown>> = {
  /** Whether queries that name unknown fields or values are refused (FACTS: jql-lenient). */
  strictJql: false,
  /** The first day of the week for `startOfWeek()`: 0 is Sunday, 1 Monday (FACTS: jql-week). */
  weekStart: 0,
}
