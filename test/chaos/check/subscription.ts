import type { Final, History } from '../history.js'
import { revisionsOf } from './streams.js'
import type { Violation } from './violation.js'

/**
 * The durable subscription was told everything, in order, and again only what was under way when its node died or lost the
 * database: what was told before that, and so was noted, never again.
 */
export function* subscription({ subscription: told }: History, final: Final): Generator<Violation> {
  if (!told) return
  const wrong = (rule: Violation['rule'], roomId: string, what: string): Violation => ({
    rule,
    detail: `the subscription, room ${roomId}: ${what}`,
  })
  for (const [roomId, revisions] of revisionsOf(final)) {
    /** What was certainly noted, and up to where it was told. */
    let [noted, last] = [0, 0]
    for (const each of told.filter((some) => some.roomId === roomId).sort((a, b) => a.at - b.at)) {
      const first = each.revisions[0] ?? 0
      const isAscending = each.revisions.every((revision, n) => n === 0 || revision > (each.revisions[n - 1] ?? 0))
      if (!isAscending) yield wrong('out of order', roomId, each.revisions.join(', '))
      if (first <= noted) yield wrong('told again by the subscription', roomId, `${first} when ${noted} was noted`)
      // What goes on after it shows that it was noted; what overlaps with it, that it was not.
      if (first > last) noted = last
      let known = noted
      for (const revision of each.revisions) {
        const missed = revisions.missedBetween(known, revision)
        if (missed !== undefined) {
          yield wrong('passed over by the subscription', roomId, `${missed} when ${revision} had come`)
        }
        known = Math.max(known, revision)
      }
      last = known
    }
    const missed = revisions.missedBetween(last, revisions.last + 1)
    if (missed !== undefined) yield wrong('passed over by the subscription', roomId, `${missed}, to the end`)
  }
}
