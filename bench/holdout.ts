import { writeFile } from 'node:fs/promises'
import { attackers } from '../runner/holdout/feedback/attackers.ts'
import { ladderFor, plainExcess, worstExcess } from '../runner/holdout/feedback/ladder.ts'
import { playAttack, type Feedback } from '../runner/holdout/feedback/simulate.ts'

/**
 * How far a score that an attacker gets told exceeds the truth, question by question: scores as they
 * are against the ladder, in one run. `node bench/holdout.ts [--out bench/HOLDOUT.md]` writes the
 * tables, and the curves beside them as SVG. Seeded: the same figures on every machine.
 */

const sizes = [25, 100, 400]
const QUESTIONS = 1000
const SEEDS = 100
const marks = [1, 10, 30, 100, 300, 1000]

interface Curve {
  attacker: string
  cases: number
  feedback: Feedback
  /** Mean excess after each question, and the 95th percentile after the last. */
  mean: Float64Array
  high: number
}

const curves = sizes.flatMap((cases) =>
  attackers.flatMap((attacker) =>
    (['naive', 'ladder'] as const).map((feedback): Curve => {
      const ladder = ladderFor(cases, QUESTIONS)
      const runs = Array.from({ length: SEEDS }, (_, i) =>
        playAttack(attacker, ladder, feedback, `${attacker.name}:${cases}:${i}`),
      )
      const mean = Float64Array.from({ length: QUESTIONS }, (_, at) => {
        return runs.reduce((sum, run) => sum + run[at]!, 0) / SEEDS
      })
      const last = runs.map((run) => run.at(-1)!).sort((a, b) => a - b)
      return {
        attacker: attacker.name,
        cases,
        feedback,
        mean,
        high: last[Math.ceil(0.95 * SEEDS) - 1]!,
      }
    }),
  ),
)

const text = `# What asking again and again is worth

Made by \`node bench/holdout.ts --out bench/HOLDOUT.md\`; seeded, so the same on every machine. An attacker who knows nothing of the work
(the truth on fresh cases is 50 %) asks ${QUESTIONS} questions of a sealed set. Told is by how many points the best score it was told exceeds that truth:
the mean of ${SEEDS} plays, after so many questions. *Naive* answers with the score in full, *ladder* as \`backlot score\` does.

${attackers.map(({ name, about }) => `- **${name}** ${about}.`).join('\n')}

${sizes.map(tableOf).join('\n\n')}

![curves](holdout.svg)

The attacker here can tell the cases apart and answer each one differently. In a scoring it can not: ids are drawn anew,
stories are told with fresh people and numbers, and the budget is 50 questions unless the release manager says otherwise.
`

function tableOf(cases: number): string {
  const ladder = ladderFor(cases, QUESTIONS)
  const few = ladderFor(cases, 50)
  const rows = curves
    .filter((one) => one.cases === cases)
    .map(({ attacker, feedback, mean, high }) => {
      const cells = marks.map((at) => points(mean[at - 1]!))
      return `| ${attacker} | ${feedback} | ${cells.join(' | ')} | ${points(high)} |`
    })
  return `## ${cases} cases, a step of ${(ladder.step * 100).toFixed(1)} points

| attacker | told | ${marks.join(' | ')} | 95th percentile at the end |
| --- | --- | ${marks.map(() => '---:').join(' | ')} | ---: |
${rows.join('\n')}

An honest author with 50 questions: with 95 % none of the told scores is more than ${points(plainExcess(few))} points above the truth (Hoeffding, Bonferroni);
whatever the author does: ${bound(worstExcess(few))} (Blum & Hardt 2015, theorem 3.1).`
}

function points(fraction: number): string {
  return (fraction * 100).toFixed(1)
}

function bound(fraction: number): string {
  return fraction >= 1 ? 'no bound below 100 points can be proved' : `${points(fraction)} points`
}

/** Small multiples: a panel for each size, a pair of lines for each attacker; questions on a log axis. */
function draw(): string {
  const colours = ['#0b7285', '#c92a2a', '#5f3dc4', '#2b8a3e']
  const [width, height] = [300, 220]
  const x = (question: number): number => (Math.log10(question) / 3) * width
  const y = (excess: number): number => height - (Math.max(0, excess) / 0.5) * height
  const panels = sizes.map((cases, i) => {
    const lines = curves
      .filter((one) => one.cases === cases)
      .map(({ attacker, feedback, mean }) => {
        const at = attackers.findIndex(({ name }) => name === attacker)
        const spots = Array.from({ length: 61 }, (_, k) => Math.round(10 ** (k / 20)))
        const path = spots.map((q) => `${x(q).toFixed(1)},${y(mean[q - 1]!).toFixed(1)}`).join(' ')
        const dash = feedback === 'naive' ? ' stroke-dasharray="4 3"' : ''
        return `<polyline fill="none" stroke="${colours[at]}" stroke-width="1.6"${dash} points="${path}"/>`
      })
    const ticks = [0, 10, 20, 30, 40, 50].map(
      (one) =>
        `<text x="-6" y="${(y(one / 100) + 4).toFixed(1)}" text-anchor="end">${one}</text><line x1="0" x2="${width}" y1="${y(one / 100).toFixed(1)}" y2="${y(one / 100).toFixed(1)}" stroke="#ddd"/>`,
    )
    const below = [1, 10, 100, 1000].map(
      (one) =>
        `<text x="${x(one).toFixed(1)}" y="${height + 16}" text-anchor="middle">${one}</text>`,
    )
    return `<g transform="translate(${50 + i * (width + 60)},40)"><text x="0" y="-14" font-weight="bold">${cases} cases</text>${ticks.join('')}${below.join('')}${lines.join('')}</g>`
  })
  const legend = attackers.map(
    ({ name }, i) =>
      `<g transform="translate(${50 + i * 160},300)"><line x2="24" stroke="${colours[i]}" stroke-width="2"/><text x="30" y="4">${name}</text></g>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1140" height="340" font-family="sans-serif" font-size="12" fill="#222"><rect width="1140" height="340" fill="#fff"/>${panels.join('')}${legend.join('')}<text x="50" y="328">Dashed: scores in full; solid: the ladder. Points above the truth, by questions asked.</text></svg>
`
}

const out = process.argv[2] === '--out' ? process.argv[3] : undefined
if (out === undefined) process.stdout.write(text)
else {
  await writeFile(out, text)
  await writeFile(out.replace(/[^/]*$/, 'holdout.svg'), draw())
}
