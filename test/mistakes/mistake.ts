import type { Named } from './bench.js'
import type { Patch } from './patch.js'

/** A small mistake that somebody could make in `src`, and the test that must notice it. */
export interface Mistake extends Patch {
  /** What the library does then. */
  name: string
  caughtBy: Named
}
