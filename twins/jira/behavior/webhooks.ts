import { subscriptions, type Subscription } from '../../../engine/agenda.ts'
import { empty, json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { needAdmin } from '../access.ts'
import { isRecord, textOf } from '../edit/draft.ts'
import { fail } from '../errors.ts'
import { lensOf } from '../lens.ts'
import { users } from '../state.ts'
import type { View } from '../views.ts'
import { words } from '../words.ts'

/** Webhooks that administrators register; those of apps are closed to people (FACTS: webhooks). */
export const webhookBehaviors: Readonly<Record<string, Behavior>> = {
  listAdminWebhooks: (exchange) => {
    needAdmin(exchange)
    return json(
      200,
      hooks(exchange).map((one) => hookView(exchange, one)),
    )
  },
  createAdminWebhook: (exchange) => {
    needAdmin(exchange)
    const { secret, ...made } = readHook(exchange)
    const number = exchange.world.nextNumber('jira.webhooks')
    const subscription = exchange.world.subscribe({
      ...made,
      twin: 'jira',
      ...(secret !== undefined && { secret }),
      facts: { ...made.facts, number },
    })
    return json(201, hookView(exchange, subscription))
  },
  getAdminWebhook: (exchange) => {
    needAdmin(exchange)
    return json(200, hookView(exchange, needHook(exchange)))
  },
  updateAdminWebhook: (exchange) => {
    needAdmin(exchange)
    const known = needHook(exchange)
    const { secret = known.secret, ...made } = readHook(exchange, known)
    const facts = { ...made.facts, number: known.facts?.['number'] }
    const changed = exchange.rows.update(subscriptions, known.id, {
      ...made,
      facts,
      ...(secret !== undefined && { secret }),
    })
    return json(200, hookView(exchange, changed))
  },
  deleteAdminWebhook: (exchange) => {
    needAdmin(exchange)
    exchange.rows.remove(subscriptions, needHook(exchange).id)
    return empty(204)
  },
  getDynamicWebhooksForApp: onlyApps,
  registerDynamicWebhooks: onlyApps,
  deleteWebhookById: onlyApps,
  getFailedWebhooks: onlyApps,
  refreshWebhooks: onlyApps,
}

function onlyApps(): never {
  return fail(403, words.onlyApps)
}

function hooks({ rows }: Exchange): Subscription[] {
  return rows.all(subscriptions, { index: 'twin', equals: 'jira' })
}

function needHook(exchange: Exchange): Subscription {
  const number = exchange.path['id']
  const found = hooks(exchange).find(({ facts }) => String(facts?.['number']) === number)
  return found ?? fail(404, 'The webhook was not found.')
}

const filterName = 'issue-related-events-section'

function readHook(exchange: Exchange, known?: Subscription): Omit<Subscription, 'id' | 'twin'> {
  const bean = isRecord(exchange.body) ? exchange.body : {}
  const url = textOf(bean, 'url') ?? known?.url
  const name = textOf(bean, 'name') ?? (known?.facts?.['name'] as string | undefined)
  if (url === undefined || !/^https?:\/\//.test(url))
    return fail(400, 'The URL of the webhook is not valid.')
  if (name === undefined || name === '')
    return fail(400, 'The name of the webhook must be specified.')
  const events = Array.isArray(bean['events']) ? (bean['events'] as string[]) : (known?.types ?? [])
  const filters = isRecord(bean['filters']) ? bean['filters'] : undefined
  const secret = textOf(bean, 'secret')
  return {
    url,
    types: events,
    ...(secret !== undefined && secret !== '' && { secret }),
    facts: {
      name,
      description: textOf(bean, 'description') ?? known?.facts?.['description'] ?? '',
      jql: filters === undefined ? (known?.facts?.['jql'] ?? '') : (filters[filterName] ?? ''),
      excludeBody: bean['excludeBody'] === true,
      enabled: bean['enabled'] !== false,
      lastUpdated: exchange.at,
      lastUpdatedUser: exchange.who.account,
    },
  }
}

/** What was registered; the secret is never told, only that there is one. */
function hookView(exchange: Exchange, { url, types, secret, facts = {} }: Subscription): View {
  const { site } = lensOf(exchange)
  const account = String(facts['lastUpdatedUser'] ?? '')
  return {
    name: facts['name'],
    description: facts['description'],
    url,
    excludeBody: facts['excludeBody'] === true,
    filters: { [filterName]: facts['jql'] ?? '' },
    events: types,
    enabled: facts['enabled'] !== false,
    self: `${site}/rest/webhooks/1.0/webhook/${String(facts['number'])}`,
    lastUpdatedUser: account,
    lastUpdatedDisplayName: exchange.rows.get(users, account)?.displayName ?? '',
    lastUpdated: facts['lastUpdated'],
    isSigned: secret !== undefined,
  }
}
