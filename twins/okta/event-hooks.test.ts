import { describe, expect, test } from 'vitest'
import { given } from './given.ts'
import { openAcme, type Json } from './acme.ts'

const sent = {
  name: 'Leavers',
  events: { type: 'EVENT_TYPE', items: ['user.lifecycle.deactivate'] },
  channel: {
    type: 'HTTP',
    version: '1.0.0',
    config: {
      uri: 'https://hooks.example/okta',
      headers: [{ key: 'X-Other', value: '1' }],
      authScheme: { type: 'HEADER', key: 'X-Hook-Auth', value: 'shh' },
    },
  },
}

describe('an event hook', () => {
  const path = '/api/v1/eventHooks'

  test('hears of its events while it is active and verified', () => {
    const acme = openAcme()
    const hook = acme.json(200, 'POST', path, sent) as Json
    expect(hook).toMatchObject({ status: 'ACTIVE', verificationStatus: 'UNVERIFIED' })
    expect(hook.id).toMatch(/^who\w{17}$/)
    expect(JSON.stringify(hook)).not.toContain('shh')
    const deliveriesAfterLeaving = () => {
      const user = given.user(acme.world)
      acme.json(200, 'POST', `/api/v1/users/${user.id}/lifecycle/deactivate`)
      return acme.world.takeDeliveries()
    }
    const lifecycle = (verb: string) =>
      acme.json(200, 'POST', `${path}/${hook.id}/lifecycle/${verb}`)
    expect(deliveriesAfterLeaving()).toEqual([])
    lifecycle('verify')
    const [delivery, ...rest] = deliveriesAfterLeaving()
    expect(rest).toEqual([])
    expect(delivery!.request).toMatchObject({
      url: 'https://hooks.example/okta',
      headers: { 'x-hook-auth': 'shh', 'x-other': '1' },
    })
    expect(JSON.parse(delivery!.request.body)).toMatchObject({
      source: expect.stringContaining(`${path}/${hook.id}`),
    })
    lifecycle('deactivate')
    expect(deliveriesAfterLeaving()).toEqual([])
    lifecycle('activate')
    expect(deliveriesAfterLeaving()).toHaveLength(1)
    const moved = structuredClone(sent)
    moved.channel.config.uri = 'https://hooks.example/elsewhere'
    expect(acme.json(200, 'PUT', `${path}/${hook.id}`, moved)).toMatchObject({
      verificationStatus: 'UNVERIFIED',
    })
    expect(deliveriesAfterLeaving()).toEqual([])
  })

  test('is deleted only when it is inactive', () => {
    const acme = openAcme()
    const { id } = acme.json(200, 'POST', path, sent) as Json
    acme.json(400, 'DELETE', `${path}/${id}`)
    acme.json(200, 'POST', `${path}/${id}/lifecycle/deactivate`)
    expect((acme.json(200, 'GET', path) as Json[]).map((one) => one.status)).toEqual(['INACTIVE'])
    acme.ask('DELETE', `${path}/${id}`)
    expect(acme.json(404, 'GET', `${path}/${id}`).errorSummary).toMatch(/\(Webhook\)$/)
  })

  test.each([
    ['name', { ...sent, name: ' ' }],
    ['events.items', { ...sent, events: { type: 'EVENT_TYPE', items: [] } }],
    ['channel.config.uri', { ...sent, channel: { config: { uri: 'http://hooks.example' } } }],
  ])('needs its %s', (field, body) => {
    const { errorSummary } = openAcme().json(400, 'POST', path, body) as Json
    expect(errorSummary).toBe(`Api validation failed: ${field}`)
  })
})
