import { expect, it } from 'vitest'
import { describeImage } from './image.ts'

const name = 'registry.example.com/desk'
const image = `${name}@sha256:${'a'.repeat(64)}`

it('describes a container by what its author may choose', () => {
  const subject = { port: 3000, mode: 'service', env: { MODE: 'x' } }
  const described = describeImage({ image, subject }, [name])
  expect(described).toEqual({ kind: 'container', image, pull: true, ...subject })
  const again = describeImage(
    { image, subject: { env: { MODE: 'x' }, mode: 'service', port: 3000 } },
    [name],
  )
  expect(JSON.stringify(again)).toBe(JSON.stringify(described))
})

it.each([
  [{ image: name }],
  [{ image: `${name}:latest` }],
  [{ image: `${name}:1@sha256:abc` }],
  [{ image: `evil.example.com/desk@sha256:${'a'.repeat(64)}` }],
  [{ image: `${name}/../other@sha256:${'a'.repeat(64)}` }],
  [{ image: [image] }],
  [{ image, subject: { mounts: [{ from: '/', to: '/host' }] } }],
  [{ image, subject: { user: 'root' } }],
  [{ image, subject: { resources: { memoryMb: 9_000_000 } } }],
  [{ image, subject: { image: 'evil' } }],
  [{ image, subject: { kind: 'module' } }],
  [{ image, subject: [] }],
])('refuses %j', (body) => {
  expect(() => describeImage(body, [name])).toThrow(
    expect.objectContaining({ name: 'SubmissionError' }) as Error,
  )
})
