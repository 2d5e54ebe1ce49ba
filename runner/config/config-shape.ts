import type { Depth } from '../../engine/depth.ts'
import type { Price, Prices, TokenPrice } from '../budget/prices.ts'
import type { Config } from '../config.ts'
import {
  dictionary,
  either,
  list,
  maybe,
  number,
  text,
  toJsonSchema,
  word,
} from '../report/schema/shape.ts'
import type { Budget } from '../scenario.ts'
import { subjectShape } from '../subject/description-shape.ts'
import type { WallWord } from '../wall/choose.ts'
import { amount, like, off, quantity, share, someOf, strictly, textLike } from './strict.ts'

const tokenPrice = {
  inputUsdPerMillion: maybe(quantity),
  outputUsdPerMillion: maybe(quantity),
  cachedUsdPerMillion: maybe(quantity),
}

const price = strictly<Price>('a price', {
  ...tokenPrice,
  callUsd: maybe(quantity),
  models: maybe(dictionary(strictly<TokenPrice>('a model’s price', tokenPrice))),
})

const prices: Parameters<typeof maybe<Prices>>[0] = dictionary(either(quantity, price))

const budget = strictly<Budget>('a budget', {
  calls: maybe(quantity),
  writes: maybe(quantity),
  seconds: maybe(quantity),
  bytes: maybe(quantity),
  tokens: maybe(quantity),
  usd: maybe(quantity),
})

/** What a configuration may say. A field is added here, in `config.ts`, and where flags are filled in (`fill-flags.ts`). */
export const configShape = strictly<Config>('a configuration', {
  $schema: maybe(text),
  subjects: maybe(
    like(
      'The code under test, by name.',
      { desk: { kind: 'command', command: ['node', 'desk.js'] } },
      dictionary(subjectShape),
    ),
  ),
  scenarios: maybe(
    like('Files, folders or ids of scenarios.', ['scenarios'], someOf<readonly string[]>(text)),
  ),
  faults: maybe(
    like(
      'Fault plans, each played on its own.',
      ['none', 'flaky+slow'],
      someOf<readonly string[]>(text),
    ),
  ),
  trials: maybe(like('Seeds per scenario and plan.', 20, amount)),
  seed: maybe(like('The first seed, without @ and +.', '1', either(textLike('^[^@+]+$'), number))),
  jobs: maybe(like('Trials under way at once.', 4, amount)),
  minDepth: maybe(
    like(
      'Operations shallower than this make a trial inconclusive.',
      'behaved',
      word<Depth>({ spec: true, learned: true, behaved: true, checked: true }),
    ),
  ),
  wall: maybe(
    like(
      'What keeps the subject where it is put.',
      'lane',
      word<WallWord>({ lane: true, environment: true }),
    ),
  ),
  gate: maybe(like('The share of trials that must satisfy.', 0.9, share)),
  budget: maybe(like('Ends the run when it has spent more.', { calls: 10_000, usd: 5 }, budget)),
  prices: maybe(like('What calls cost, in US dollars.', 'prices.json', either(text, prices))),
  reports: maybe(
    like(
      'Reports to write.',
      ['report.html'],
      list<readonly string[]>(textLike('\\.(html|json|xml|md)$')),
    ),
  ),
  history: maybe(
    like('Where trials are kept; false keeps nothing.', '.backlot/history.db', either(text, off)),
  ),
})

/** The JSON Schema (2020-12) of `backlot.config.json` and `.yaml`, which `backlot config --schema` prints. */
export const configSchema: Record<string, unknown> = toJsonSchema(
  'urn:backlot:config:1',
  'What backlot.config.* may say',
  configShape as never,
)
