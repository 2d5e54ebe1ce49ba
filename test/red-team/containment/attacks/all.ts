import type { Attack } from '../attack.ts'
import { nameAttacks } from './names.ts'
import { networkAttacks } from './network.ts'
import { webAttacks } from './web.ts'

/** Every attack, by what it is aimed at. */
export const attacks: readonly Attack[] = [...networkAttacks, ...nameAttacks, ...webAttacks]
