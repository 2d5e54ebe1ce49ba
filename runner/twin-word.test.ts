import { expect, it } from 'vitest'
import { checkScenario } from './check-scenario.ts'
import { scenario } from './scenario.ts'
import { namesOfTwins, placeTwin } from './twin-word.ts'

it('finds a twin beside the scenario, under the name it was given', () => {
  expect(placeTwin('desk=../twin', '/a/scenarios/one.ts')).toBe('desk=/a/twin')
  expect(placeTwin('okta', '/a/scenarios/one.ts')).toBe('okta')
  expect(namesOfTwins(['okta', 'desk=../twin'])).toEqual(['okta', 'desk'])
})

it('asks for a name where there is only a path', () => {
  const text = `scenario('Nameless', { twins: ['./twin'] }, () => {})`
  const nameless = scenario('Nameless', { twins: ['./twin'] }, () => {})
  expect(() => checkScenario(nameless, 'one.ts', text)).toThrow(/needs a name.*desk=\.\/twin/)
})
