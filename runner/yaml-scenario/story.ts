import type { Part, Template } from './expression.ts'
import type { Placed, ScalarTree } from './tree.ts'
import type { Value } from './value.ts'

/** A text with `${…}` in it that stands in the file. */
export interface Text {
  template: Template
  scalar: ScalarTree
}

/** One step of a story that is written in YAML, ready to be played. */
export type StoryStep = { at: Placed } & (
  | { kind: 'person'; name: string; count?: Value; known?: Value }
  | { kind: 'let'; entries: [name: string, value: Value][] }
  | { kind: 'given'; twin: string; maker: string; props?: Value; as?: string; each?: Each }
  | { kind: 'look'; sight: Sight; as?: string }
  | { kind: 'allow'; words: Text[] }
  | { kind: 'ask'; sentence: Text; method: Method | 'RUN'; path?: Text; body?: Value; as?: string }
  | { kind: 'check'; must: boolean; sentence: Text; sight: Sight; tests: StoryTest[] }
  | { kind: 'advance'; by: Value }
  | { kind: 'settle'; within?: Value }
  | { kind: 'step'; sentence: Text; steps: StoryStep[] }
  | { kind: 'each'; each: Each; steps: StoryStep[] }
)

export type StepOf<Kind extends StoryStep['kind']> = Extract<StoryStep, { kind: Kind }>

/** `for each: name` and `in: list`. */
export interface Each {
  name: string
  in: Value
}

/** What a step looks at. */
export type Sight = { at: Placed; path: Part[] } & (
  | { kind: 'look'; twin: string; method: Method; address: Text; query?: Value; body?: Value }
  | { kind: 'calls'; twin: string; op?: string }
  | { kind: 'events' | 'deliveries'; twin: string; type?: string }
  | { kind: 'value'; value: Value }
)

/** One comparison; `status` compares the status of a look. */
export interface StoryTest {
  name: string
  wanted: Value
}

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof methods)[number]
