import type { Attack } from '../attack.ts'
import { doorAttacks } from './doors.ts'
import { hungerAttacks } from './hunger.ts'
import { kernelAttacks } from './kernel.ts'
import { lifeAttacks } from './life.ts'
import { machineAttacks } from './machine.ts'
import { nameAttacks } from './names.ts'
import { networkAttacks } from './network.ts'
import { powerAttacks } from './power.ts'
import { webAttacks } from './web.ts'

/** Every attack, by what it is aimed at. */
export const attacks: readonly Attack[] = [
  networkAttacks,
  nameAttacks,
  webAttacks,
  doorAttacks,
  kernelAttacks,
  powerAttacks,
  machineAttacks,
  hungerAttacks,
  lifeAttacks,
].flat()
