import type { Kit, Looker, Scenario } from '../../scenario.ts'
import type { Renaming } from './renaming.ts'

/** What passes between a scenario and its world while it is played. */
export interface Listener {
  /** A row that the scenario gives; `maker` is `okta.group`. */
  /** What the subject is asked, first words only: `/access/requests`. */
  onAsked?: (path: string) => void
  onGiven?: (given: { maker: string; props: unknown; row: unknown }) => void
}

/**
 * The same scenario, in whose world every name is another: what it gives, asks and looks up goes there
 * under new names, and what it reads comes back under those that stand in its file. So its checks
 * hold for whoever takes names from what it is told, and for nobody who knows them by heart.
 */
export function renameScenario(
  scenario: Scenario,
  renaming: Renaming,
  listener: Listener = {},
): Scenario {
  return { ...scenario, play: (kit) => scenario.play(renameKit(kit, renaming, listener)) }
}

type Free = (...args: unknown[]) => unknown

function renameKit(kit: Kit<string>, renaming: Renaming, listener: Listener): Kit<string> {
  const { there, back } = renaming
  const both =
    (call: Free): Free =>
    (...args) => {
      const result = call(...args.map((one) => there(one)))
      return result instanceof Promise
        ? result.then((one) => renameReply(one))
        : renameReply(result)
    }
  /** What was read is told to the trial by the reply's own fields: they are asked once, here. */
  const renameReply = (reply: unknown): unknown => back(reply)
  const asking =
    (call: Free): Free =>
    (...args) => {
      if (typeof args[0] === 'string') listener.onAsked?.(args[0])
      return both(call)(...args)
    }
  const given = new Proxy(kit.given as Record<string, Record<string, Free>>, {
    get: (of, twin: string) =>
      new Proxy(of[twin]!, {
        get: (makers, maker: string) => (props?: unknown) => {
          const sent = there(props)
          const row = makers[maker]!(...(props === undefined ? [] : [sent]))
          listener.onGiven?.({ maker: `${twin}.${maker}`, props, row })
          return back(row)
        },
      }),
  })
  const changes = {
    allow: (...words: string[]) =>
      kit.changes.allow(
        ...words.map((word) => word.replaceAll(/\[[^\]]*\]/g, (rows) => there(rows))),
      ),
  }
  const { calls, events, deliveries } = kit.journal
  const journal = {
    calls: (...args: Parameters<typeof calls>) => back(calls(...args)),
    events: (...args: Parameters<typeof events>) => back(events(...args)),
    deliveries: (...args: Parameters<typeof deliveries>) => back(deliveries(...args)),
  }
  const own: Record<string, unknown> = {
    given,
    changes,
    journal,
    subject: wrap(kit.subject, asking),
  }
  for (const twin of Object.keys(kit.given)) own[twin] = wrap(kit[twin] as Looker, both)
  return new Proxy(kit, {
    get: (of, name, self) =>
      typeof name === 'string' && Object.hasOwn(own, name)
        ? own[name]
        : Reflect.get(of, name, self),
  })
}

function wrap(of: object, both: (call: Free) => Free): object {
  return Object.fromEntries(Object.entries(of).map(([name, call]) => [name, both(call as Free)]))
}
