import type { PageExchange } from '../page-trial.ts'
import { exchangeLine, howLong } from '../words.ts'
import { element, shape } from './dom.ts'
import { lookOf, type Happening } from './story.ts'
import { layOutTimes, type TimeAxis } from './time-axis.ts'

const LANE_PX = 26
const TOP_PX = 8
const AXIS_PX = 24

interface Drawing {
  story: readonly Happening[]
  axis: TimeAxis
  lanes: readonly string[]
  height: number
}

/**
 * Everything that happened on one time axis, a lane for each side. It is a picture of the list below
 * it, so that it needs no keys of its own; a mark that is clicked is told to `open`.
 */
export function drawTimeline(
  story: readonly Happening[],
  width: number,
  isToScale: boolean,
  open: (happening: number) => void,
): HTMLElement {
  const lanes = lanesOf(story)
  const axis = layOutTimes(
    story.map(({ atMs }) => atMs),
    width,
    isToScale,
  )
  const drawing = { story, axis, lanes, height: TOP_PX + lanes.length * LANE_PX }
  const picture = shape(
    'svg',
    {
      width: axis.width,
      height: drawing.height + AXIS_PX,
      role: 'img',
      'aria-label': describe(drawing),
    },
    ...drawWaits(drawing),
    ...drawLines(drawing),
    ...drawSpans(drawing),
    ...drawMarks(drawing),
    ...drawTicks(drawing),
  )
  picture.addEventListener('click', ({ target }) => {
    const mark = (target as Element).closest<SVGElement>('[data-happening]')
    if (mark !== null) open(Number(mark.dataset['happening']))
  })
  const names = element('div', { class: 'lanes', 'aria-hidden': true })
  for (const lane of lanes) names.append(element('span', {}, lane))
  return element(
    'div',
    { class: 'timeline' },
    names,
    element(
      'div',
      { class: 'axis', tabindex: 0, role: 'group', 'aria-label': 'Time line, scrolls sideways' },
      picture,
    ),
  )
}

function lanesOf(story: readonly Happening[]): string[] {
  const twins = new Set<string>()
  let escapes = false
  for (const one of story) {
    if (one.kind !== 'exchange') continue
    if (one.view.twin === '') escapes = true
    else twins.add(one.view.twin)
  }
  const has = (kind: Happening['kind']): boolean => story.some((one) => one.kind === kind)
  return [
    ...(has('step') ? ['steps'] : []),
    ...(has('asked') ? ['subject'] : []),
    ...twins,
    ...(escapes ? ['escapes'] : []),
    ...(has('check') ? ['checks'] : []),
  ]
}

function describe({ story, lanes }: Drawing): string {
  const count = (kind: Happening['kind']): number => story.filter((one) => one.kind === kind).length
  const last = story.reduce((most, { atMs }) => Math.max(most, atMs), 0)
  return `${count('exchange')} exchanges and ${count('check')} checks over ${howLong(last)} of virtual time, in lanes: ${lanes.join(', ')}. The list below tells the same.`
}

function middleOf({ lanes }: Drawing, lane: string): number {
  return TOP_PX + (lanes.indexOf(lane) + 0.5) * LANE_PX
}

function drawWaits({ axis, height }: Drawing): SVGElement[] {
  return axis.waits.flatMap(({ from, to, ms }) =>
    [
      shape('rect', {
        class: 'wait',
        x: from + 6,
        width: Math.max(0, to - from - 12),
        y: 2,
        height: height - 2,
      }),
      to - from > 50 &&
        shape(
          'text',
          { class: 'small', x: (from + to) / 2, y: height + 18, 'text-anchor': 'middle' },
          `⋯ ${howLong(ms)}`,
        ),
    ].filter((one) => one !== false),
  )
}

function drawLines({ axis, lanes }: Drawing): SVGElement[] {
  return lanes.map((_, i) => {
    const y = TOP_PX + (i + 0.5) * LANE_PX
    return shape('line', { class: 'lane', x1: 0, x2: axis.width, y1: y, y2: y })
  })
}

/** Requests to the subject, from question to answer. */
function drawSpans(drawing: Drawing): SVGElement[] {
  const { story, axis } = drawing
  return story.flatMap((one, i) => {
    if (one.kind !== 'asked') return []
    const end = story.findIndex(
      (other) => other.kind === 'answered' && other.request === one.request,
    )
    const { request, reply } = one.request
    const said = reply.problem?.kind ?? reply.status
    const isFine = reply.problem === undefined && reply.status < 400
    const y = middleOf(drawing, 'subject') - 6
    const [from, to] = [axis.xs[i]!, axis.xs[end] ?? axis.width]
    return [
      shape(
        'rect',
        {
          class: `span ${isFine ? 'fine' : 'refused'}`,
          x: from,
          y,
          width: Math.max(4, to - from),
          height: 12,
          rx: 3,
          'data-happening': i,
        },
        shape('title', {}, `${request.method} ${request.path} → ${said}`),
      ),
    ]
  })
}

function drawMarks(drawing: Drawing): SVGElement[] {
  const { story, axis } = drawing
  return story.flatMap((one, i) => {
    const x = axis.xs[i]!
    if (one.kind === 'exchange')
      return [
        drawExchange(
          one.view,
          x,
          middleOf(drawing, one.view.twin === '' ? 'escapes' : one.view.twin),
          i,
        ),
      ]
    if (one.kind === 'step') return [drawStep(drawing, one, x, i)]
    if (one.kind !== 'check') return []
    const { ok, sentence } = one.check
    return [
      shape(
        'text',
        {
          class: `check ${ok ? 'good' : 'bad'}`,
          x,
          y: middleOf(drawing, 'checks') + 5,
          'text-anchor': 'middle',
          'data-happening': i,
        },
        ok ? '✓' : '✗',
        shape('title', {}, `${sentence}: ${ok ? 'so' : 'not so'}`),
      ),
    ]
  })
}

function drawStep(
  drawing: Drawing,
  { step, number }: Happening & { kind: 'step' },
  x: number,
  i: number,
): SVGElement {
  const y = middleOf(drawing, 'steps')
  return shape(
    'g',
    { 'data-happening': i },
    shape('line', { class: 'step', x1: x, x2: x, y1: y, y2: drawing.height }),
    shape('circle', { class: 'step', cx: x, cy: y, r: 9 }),
    shape('text', { class: 'small on', x, y: y + 4, 'text-anchor': 'middle' }, number),
    shape('title', {}, step.sentence),
  )
}

/** A call is a dot, the scenario's own look a ring, an event a diamond; what a fault struck has a halo. */
function drawExchange(view: PageExchange, x: number, y: number, i: number): SVGElement {
  const look = lookOf(view)
  const kind = view.kind === 'call' ? (view.by === 'scenario' ? 'look' : 'call') : view.kind
  const size = 4.5
  const mark =
    kind === 'call' || kind === 'look'
      ? shape('circle', { class: `mark ${kind} ${look}`, cx: x, cy: y, r: size })
      : shape('path', { class: `mark ${kind} ${look}`, d: `M${x} ${y - 6}l6 6l-6 6l-6 -6z` })
  return shape(
    'g',
    { 'data-happening': i },
    look === 'struck' && shape('circle', { class: 'halo', cx: x, cy: y, r: 9 }),
    mark,
    shape('title', {}, exchangeLine(view).trim()),
  )
}

function drawTicks({ axis, height }: Drawing): SVGElement[] {
  const isFree = (x: number): boolean =>
    axis.waits.every(({ from, to }) => x < from + 24 || x > to - 10 || to - from <= 50)
  return axis.ticks.flatMap(({ x, ms }) => [
    shape('line', { class: 'tick', x1: x, x2: x, y1: height, y2: height + 5 }),
    ...(isFree(x)
      ? [
          shape(
            'text',
            {
              class: 'small',
              x,
              y: height + 18,
              'text-anchor': x < 30 ? 'start' : x > axis.width - 30 ? 'end' : 'middle',
            },
            `+${howLong(ms)}`,
          ),
        ]
      : []),
  ])
}
