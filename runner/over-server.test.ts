import { join } from 'node:path'
import { expect, it } from 'vitest'
import { overServer } from './over-server.ts'
import { boardScenario, boardWorld, trialOf } from './testing/board-stage.ts'
import { playTrial } from './play.ts'
import { createServiceSubject } from './subject/service/service.ts'
import { createEnvironmentWall } from './wall/environment.ts'

it('tells of calls that came after the end of their trial, and whose they were', async () => {
  const subject = createServiceSubject({
    name: 'late',
    command: ['node', join(import.meta.dirname, 'testing/board-service.ts')],
    cwd: import.meta.dirname,
    env: { TENANTS: '1' },
    timeoutMs: 5000,
    startMs: 10_000,
    stopMs: 1000,
    portEnv: 'PORT',
    tenant: { open: 'POST /tenants', path: '/t/{id}' },
    warm: false,
    wall: createEnvironmentWall(),
  })
  const late = boardScenario(async ({ subject: asked, check }) => {
    check('it answers', (await asked.post('/late')).status, 200)
  })
  await overServer(subject, async (server) => {
    await playTrial(trialOf(late), { base: boardWorld(), subject, server })
    await expect
      .poll(() => subject.wall!.strays, { timeout: 5000 })
      .toEqual([{ how: 'late POST', target: '/board/notes of test/one@1' }])
  })
})
