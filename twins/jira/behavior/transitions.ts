import { empty, json } from '../../../engine/call.ts'
import type { Behavior } from '../../../engine/exchange.ts'
import { needIssue } from '../access.ts'
import { doTransitionOn } from '../edit/transitions.ts'
import { transitionViews } from '../issue-meta.ts'
import { lensOf } from '../lens.ts'

/** Moving an issue through its workflow. */
export const transitionBehaviors: Readonly<Record<string, Behavior>> = {
  getTransitions: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const { expand = '', transitionId } = exchange.query as {
      expand?: string
      transitionId?: string
    }
    // Nobody in particular can move anything.
    const all =
      exchange.caller === undefined
        ? []
        : transitionViews(lensOf(exchange), issue, expand.includes('transitions.fields'))
    const transitions =
      transitionId === undefined ? all : all.filter(({ id }) => id === transitionId)
    return json(200, { expand: 'transitions', transitions })
  },
  doTransition: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    doTransitionOn(exchange, issue, exchange.body)
    return empty(204)
  },
}
