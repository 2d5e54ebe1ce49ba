import { connect, type Socket } from 'node:net'
import { createEnvironmentWall } from '../../wall/environment.ts'
import type { Subject, SubjectProblem } from '../subject.ts'
import { ServiceClient } from './client.ts'
import { UNASKED_SETTLE_MS } from './service.ts'
import { originsOf, ServiceSession, type Serving } from './session.ts'
import type { TenantDescription } from './tenant.ts'

export interface RunningServiceOptions {
  name: string
  timeoutMs: number
  startMs: number
  /** On this machine. */
  url: string
  tenant: TenantDescription
}

/** The code under test as a service that somebody else has started: nothing keeps it anywhere, and nothing ends it. */
export function createRunningService(options: RunningServiceOptions): Subject {
  const { name, url, tenant, timeoutMs, startMs } = options
  const { hostname, port, pathname } = new URL(url)
  const number = Number(port || 80)
  const client = new ServiceClient(() => dial(number, hostname.replace(/^\[|\]$/g, '')))
  const serving: Serving = {
    client,
    turn: () => Promise.resolve(),
    origins: [...originsOf(number), new URL(url).origin],
    basePath: pathname.replace(/\/$/, ''),
    findEnding: () => isListening(number, hostname),
    suspect: () => Promise.resolve(),
    forgetOutput: () => {},
    stderr: () => '',
  }
  const wall = createEnvironmentWall()
  const berth = wall.open({ readable: [] })
  return {
    name,
    kind: 'service',
    reach: 'http',
    wall,
    settleMs: UNASKED_SETTLE_MS,
    open: async ({ admit, signal, url: own }) => {
      const admitted = admit(await berth)
      const { env } = admitted
      const settings = { tenant, timeoutMs, startMs, url: own, env, signal }
      const session = await ServiceSession.open(serving, settings)
      return {
        send: (request) => session.send(request),
        turn: serving.turn,
        origins: session.origins,
        inboundPath: session.inboundPath,
        end: async () => {
          await session.end()
          await admitted.leave()
        },
      }
    },
    close: async () => {
      client.close()
      await wall.close()
    },
  }

  async function isListening(at: number, host: string): Promise<SubjectProblem | undefined> {
    try {
      ;(await dial(at, host)).destroy()
      return undefined
    } catch {
      return { kind: 'not-started', why: `nobody listens at ${url}` }
    }
  }
}

function dial(port: number, host: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}
