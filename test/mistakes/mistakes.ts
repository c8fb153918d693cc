import type { Named } from './bench.js'
import { clientMistakes } from './client.js'
import { databaseMistakes } from './databases.js'
import { memberMistakes } from './members.js'
import type { Patch } from './patch.js'
import { safetyMistakes } from './safety.js'
import { searchMistakes } from './search.js'
import { serverMistakes } from './server.js'
import { sightMistakes } from './sight.js'

/** A small mistake that somebody could make in `src`, and the test that must notice it. */
export interface Mistake extends Patch {
  /** What the library does then. */
  name: string
  caughtBy: Named
}

export const mistakes: Mistake[] = [
  ...serverMistakes,
  ...memberMistakes,
  ...safetyMistakes,
  ...sightMistakes,
  ...searchMistakes,
  ...databaseMistakes,
  ...clientMistakes,
]
