import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prefixOf } from '../../fronts/worlds.ts'
import { minimalEnv } from '../subject/minimal-env.ts'
import type { Admission, Berth, Wall } from './wall.ts'

/**
 * No wall but settings: the program finds its twins by its environment, and whoever does not care for
 * that reaches whatever this machine reaches, unseen.
 */
export function createEnvironmentWall(): Wall {
  const open = new Set<Berth>()
  return {
    name: 'environment',
    about:
      'Environment variables alone led the subject to the twins: it could have reached anything else, and nobody would have heard of it.',
    unsafe: true,
    strays: [],
    open: async () => {
      const berth = createBerth(await makeHome(), () => open.delete(berth))
      open.add(berth)
      return berth
    },
    close: async () => {
      await Promise.all([...open].map((one) => one.close()))
    },
  }
}

function createBerth(firstHome: string, onClose: () => void): Berth {
  let home = firstHome
  return {
    admit: ({ id }, { url }): Admission => ({
      urlOf: (twin) => url + prefixOf(id, twin),
      leave: () => Promise.resolve(),
    }),
    wrap: ({ command, cwd, env }) => ({ command, cwd, env: { ...minimalEnv(home), ...env } }),
    dial,
    // Under another name, so that whoever kept the old one finds nothing there.
    sweep: async () => {
      await rm(home, { recursive: true, force: true })
      home = await makeHome()
    },
    close: async () => {
      onClose()
      await rm(home, { recursive: true, force: true })
    },
  }
}

function makeHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'subject-'))
}

function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}
