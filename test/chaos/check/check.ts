import type { Final, History } from '../history.js'
import {
  acknowledgedAtLast,
  acknowledgedIsStored,
  dense,
  denseThreads,
  storedOnce,
  writtenByMembers,
} from './messages.js'
import { state } from './state.js'
import { fence, streams } from './streams.js'
import { subscription } from './subscription.js'
import type { Violation } from './violation.js'

/** The nodes allow a reader who does not keep up 256 KiB; what comes in one turn of the event loop is not cut in two. */
const mostQueued = 2 * 1024 * 1024

/** Holds what happened, and what it led to, against what was promised. Pure: the same history gives the same answer. */
export function check(history: History, final: Final): Violation[] {
  return [
    ...acknowledgedIsStored(history, final),
    ...storedOnce(history, final),
    ...acknowledgedAtLast(history, final),
    ...dense(final),
    ...denseThreads(final),
    ...writtenByMembers(final),
    ...streams(history, final),
    ...fence(history, final),
    ...subscription(history, final),
    ...state(history, final),
    ...bearable(history),
  ]
}

/** What no fault excuses. */
function* bearable({ operations, crashes, queuedBytes }: History): Generator<Violation> {
  for (const operation of operations)
    if (operation.type === 'failed') yield { rule: 'answered 500', detail: operation.what }
  for (const detail of crashes) yield { rule: 'a node crashed', detail }
  if (queuedBytes > mostQueued) yield { rule: 'unbounded queue', detail: `${queuedBytes} bytes for one reader` }
}
