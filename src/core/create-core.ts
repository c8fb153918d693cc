import type { DurableEvent } from '../contract/events.js'
import { ChatError } from '../contract/problems.js'
import { type RoomChanged, roomsChanged } from '../publish/notice.js'
import type { Publisher } from '../publish/publisher.js'
import { append } from '../store/append.js'
import type { Db } from '../store/client.js'
import type { Database } from '../store/database.js'
import { GroupCommit } from '../store/group-commit.js'
import type { Append, Appended } from '../store/judging.js'
import { Audit } from './audit.js'
import { Bans } from './bans.js'
import { Blocks } from './blocks.js'
import { Changes } from './changes.js'
import type { Context } from './context.js'
import { Media } from './media/media.js'
import { Members } from './members.js'
import { judgeOf, Messages, showMessages } from './messages.js'
import { Moderation } from './moderation.js'
import { Reactions } from './reactions.js'
import { ReadMarkers } from './read-markers.js'
import { Reports } from './reports.js'
import { Requests } from './requests.js'
import { Rooms } from './rooms.js'
import { Search } from './search.js'
import { Users } from './users.js'
import { Watching } from './watching.js'
import { HostWork, OwnWork, type Sent } from './work.js'

/** The use-cases, each the one way in for every transport and for the host's own code. */
export interface Core {
  rooms: Rooms
  members: Members
  requests: Requests
  bans: Bans
  readMarkers: ReadMarkers
  messages: Messages
  search: Search
  reactions: Reactions
  changes: Changes
  users: Users
  watching: Watching
  media: Media
  audit: Audit
  blocks: Blocks
  reports: Reports
  moderation: Moderation
  context: Context
  /** Somebody was changed on another server: what is remembered of them is read again. */
  forgetPerson(userId: string): void
}

function assemble(context: Context, forgetPerson: (userId: string) => void): Core {
  const users = new Users(context)
  const readMarkers = new ReadMarkers(context)
  const requests = new Requests(context)
  const rooms = new Rooms(context, users, requests)
  const members = new Members(context, users, readMarkers)
  const bans = new Bans(context, users)
  const messages = new Messages(context)
  const search = new Search(context)
  const reports = new Reports(context)
  const audit = new Audit(context)
  return {
    users,
    watching: new Watching(context, users),
    rooms,
    members,
    bans,
    requests,
    readMarkers,
    messages,
    search,
    reactions: new Reactions(context),
    changes: new Changes(context),
    media: new Media(context),
    audit,
    blocks: new Blocks(context, users),
    reports,
    moderation: new Moderation(context, { audit, rooms, members, bans, messages, search, reports }),
    context,
    forgetPerson,
  }
}

export function createCore(given: Omit<Context, 'work'>, database: Database, publisher: Publisher): Core {
  const { view, clock } = given
  const created = (appended: Appended[]): Promise<Sent>[] => {
    const sents = appended.map((one) => sentOf(one))
    publisher.publish(byRoom(sents.flatMap((sent) => ('message' in sent && sent.created ? [eventOf(sent)] : []))))
    return sents.map(async (sent) => ('message' in sent ? sent : shown(sent)))
  }
  const sentOf = ({ row, created, shown: parts }: Appended): Sent | Appended =>
    parts ? { message: view.message(row, parts), created } : { row, created }
  const shown = async ({ row, created }: Appended): Promise<Sent> => {
    const [message] = await showMessages(core.context, database.client, [row], undefined)
    if (!message) throw new ChatError('internal')
    return { message, created }
  }
  const group = new GroupCommit<Promise<Sent>>(database, judgeOf(given), clock, created)
  const forgetPerson = (userId: string) => {
    group.remembered.forgetPeople()
    core.users.forget(userId)
  }
  publisher.subscribe((notices) => {
    group.remembered.forget(roomsChanged(notices).map(({ roomId }) => roomId))
    for (const notice of notices) if (notice.type === 'user.changed') forgetPerson(notice.userId)
  })
  const work = new OwnWork(database, publisher, clock, async (item) => group.push(item))
  const core = assemble({ ...given, work }, forgetPerson)
  return core
}

/** The same use-cases inside a transaction that the host opened. `published` tells what they did, after its commit. */
export function coreInside(core: Core, tx: Db): { core: Core; published: () => void } {
  const { context } = core
  const { view, clock, work: own } = context
  const judge = judgeOf(context)
  const work = new HostWork(tx, own.dialect, clock, async (item: Append): Promise<Sent> => {
    const batch = { db: tx, dialect: own.dialect, now: clock(), judge }
    const [outcome] = (await append(batch, [item], false)).outcomes
    if (!outcome || typeof outcome === 'symbol') throw new ChatError('internal')
    if (outcome instanceof ChatError) throw outcome
    const { row, created, shown: parts } = outcome
    const [message] = parts ? [view.message(row, parts)] : await showMessages(context, tx, [row], undefined)
    if (!message) throw new ChatError('internal')
    if (created) work.publish(...byRoom([eventOf({ message, created })]))
    return { message, created }
  })
  const published = () => own.publish(...work.notices.splice(0))
  return { core: assemble({ ...context, work }, core.forgetPerson), published }
}

const eventOf = ({ message }: Sent): DurableEvent => ({
  type: 'message.created',
  roomId: message.roomId,
  revision: message.revision,
  message,
})

function byRoom(events: DurableEvent[]): RoomChanged[] {
  const rooms = new Map<string, RoomChanged>()
  for (const event of events) {
    const room = rooms.get(event.roomId)
    if (room) room.events.push(event)
    else rooms.set(event.roomId, { type: 'room.changed', roomId: event.roomId, events: [event] })
  }
  return [...rooms.values()]
}
