import type { Admitted } from '../enter.ts'
import type { Berth } from '../wall/wall.ts'
import type { Berths } from './berths.ts'
import { berthsOf, problemOf, readReply, type CommandOptions } from './command.ts'
import { SubjectProcess } from './process.ts'
import { blamingStalls } from './stalls.ts'
import type { Subject, SubjectReply, SubjectRequest, SubjectSession } from './subject.ts'

/**
 * The code under test as a command that is kept warm: one process plays trial after trial. A trial
 * begins with the line `{"trial":{"env":{…}}}`, which it answers with `{"ready":true}` when it has
 * forgotten the trial before; then each request is a line, and so is each reply.
 */
export function createWarmCommandSubject(options: CommandOptions): Subject {
  const berths = berthsOf(options)
  const idle: WarmProcess[] = []
  const all = new Set<WarmProcess>()
  return {
    name: options.name,
    kind: 'command',
    reach: 'http',
    wall: options.wall,
    open: async ({ admit, signal }) => {
      const warm = idle.pop() ?? new WarmProcess(options, await berths.take(), berths)
      all.add(warm)
      const admitted = admit(warm.berth)
      return openSession(warm, admitted, signal, options, async () => {
        await admitted.leave()
        if (warm.isAlive) return void idle.push(warm)
        all.delete(warm)
        await warm.end()
      })
    },
    close: async () => {
      await Promise.all([...all].map((one) => one.end()))
      await berths.close()
    },
  }
}

function openSession(
  warm: WarmProcess,
  { env }: Admitted,
  signal: AbortSignal,
  { timeoutMs, startMs }: CommandOptions,
  release: () => Promise<void>,
): SubjectSession {
  const interrupt = (): void => warm.kill()
  signal.addEventListener('abort', interrupt)
  if (signal.aborted) interrupt()
  const ready = blamingStalls(
    warm.ask(JSON.stringify({ trial: { env } }), isReady, startMs, 'the line {"ready":true}'),
  ).then((reply) => (reply.problem?.kind === 'timed-out' ? notReady(reply, startMs) : reply))
  // Requests of one trial go one after the other: lines have no numbers.
  let turn: Promise<unknown> = ready
  let underWay = false
  return {
    send: (request: SubjectRequest) => {
      const reply = turn.then(async () => {
        const refused = await ready
        if (refused?.problem !== undefined) return refused
        underWay = true
        const asked = warm.ask(JSON.stringify(request), readReply, timeoutMs)
        const answer = await blamingStalls(asked)
        underWay = false
        return answer
      })
      turn = reply
      return reply
    },
    end: async () => {
      signal.removeEventListener('abort', interrupt)
      // One that never became ready, or has not answered yet, can't be trusted with another trial.
      const refused = await ready
      if (refused.problem !== undefined || underWay) await warm.stop()
      await release()
    },
  }
}

function notReady(reply: SubjectReply, startMs: number): SubjectReply {
  return { ...reply, problem: { kind: 'timed-out', why: `was not ready within ${startMs} ms` } }
}

function isReady(line: string): SubjectReply | undefined {
  return /"ready"\s*:\s*true/.test(line) ? { status: 200, body: undefined, stderr: '' } : undefined
}

class WarmProcess {
  readonly berth: Berth
  readonly #process: SubjectProcess
  readonly #berths: Berths
  #isOver = false
  #hear: (line: string) => void = () => {}

  constructor({ command, cwd, env }: CommandOptions, berth: Berth, berths: Berths) {
    this.berth = berth
    this.#berths = berths
    this.#process = new SubjectProcess({
      launch: berth.wrap({ command, cwd, env }),
      onLine: (line) => this.#hear(line),
    })
  }

  get isAlive(): boolean {
    return this.#process.isAlive
  }

  kill(): void {
    this.#process.kill()
  }

  /** Sends a line and waits for the first line that `read` takes for its answer. */
  async ask(
    line: string,
    read: (line: string) => SubjectReply | undefined,
    timeoutMs: number,
    wanted?: string,
  ): Promise<SubjectReply> {
    const heard = Promise.withResolvers<SubjectReply>()
    this.#hear = (said) => {
      const reply = read(said)
      if (reply !== undefined) heard.resolve(reply)
    }
    this.#process.turnPage()
    this.#process.write(line)
    const timer = setTimeout(() => this.#process.kill(), timeoutMs)
    const reply = await Promise.race([heard.promise, this.#process.ended])
    clearTimeout(timer)
    this.#hear = () => {}
    const { stderr } = this.#process
    if ('status' in reply) return { ...reply, stderr }
    const exit = reply.code === null ? {} : { exitCode: reply.code }
    const problem = problemOf(reply, stderr, `${timeoutMs} ms`, wanted)
    return { status: 0, body: undefined, problem, ...exit, stderr }
  }

  async stop(): Promise<void> {
    this.#process.kill()
    await this.#process.ended
  }

  /** Ends the process, and gives its berth back when it has ended. */
  async end(): Promise<void> {
    await this.stop()
    if (this.#isOver) return
    this.#isOver = true
    await this.#berths.give(this.berth)
  }
}
