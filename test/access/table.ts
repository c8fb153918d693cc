import { type Kind, kinds } from './askers.js'
import { commands } from './table/commands.js'
import { invites } from './table/invites.js'
import { media } from './table/media.js'
import { members } from './table/members.js'
import { messages } from './table/messages.js'
import { moderation } from './table/moderation.js'
import { pins } from './table/pins.js'
import { reactions } from './table/reactions.js'
import { reports } from './table/reports.js'
import { rooms } from './table/rooms.js'
import type { Row, Status, Statuses } from './table/row.js'
import { scheduled } from './table/scheduled.js'
import { documents, users } from './table/users.js'

export type { Row } from './table/row.js'
export { commands as commandRows }

export const routeRows: Row[] = [
  ...media,
  ...rooms,
  ...members,
  ...invites,
  ...scheduled,
  ...messages,
  ...pins,
  ...reactions,
  ...reports,
  ...moderation,
  ...users,
  ...documents,
]

/** What a row says, a kind of room at a time; where no room is asked about, once. */
export function statusesOf(row: Row): [Kind | 'anywhere', Statuses][] {
  if (row.anywhere) return [['anywhere', row.anywhere]]
  return kinds.map((kind) => {
    const statuses = row[kind] ?? (kind === 'public' ? undefined : row.closed)
    if (!statuses) throw new Error(`${row.on} ${row.what ?? ''} does not say what it answers in a ${kind} room`)
    return [kind, statuses]
  })
}

/** Whether somebody is granted what a row is about. */
export const isGranted = (status: Status | undefined): boolean => typeof status === 'number' && status < 300
