import type { Message } from '../contract/messages.js'
import type { Publisher } from '../publish/publisher.js'
import type { AppendRequest } from '../store/append/message.js'
import type { Db } from '../store/client.js'
import type { Database } from '../store/database.js'
import type { MessageRow } from '../store/messages.js'
import { appendInside } from './append-inside.js'
import { Audit } from './audit.js'
import { Bans } from './bans.js'
import { Blocks } from './blocks.js'
import { Changes } from './changes.js'
import type { Context } from './context.js'
import { Edits } from './edits.js'
import { Erasures } from './erasure/erasures.js'
import { Exports } from './exports.js'
import { Imports } from './imports.js'
import { Invites } from './invites.js'
import { Media } from './media/media.js'
import { Members } from './members.js'
import { Messages, validateSender } from './messages.js'
import { Moderation } from './moderation.js'
import { Pins } from './pins.js'
import { Reactions } from './reactions.js'
import { ReadMarkers } from './read-markers.js'
import { Readers } from './readers.js'
import { Reports } from './reports.js'
import { Requests } from './requests.js'
import { RoomStates } from './room-states.js'
import { Rooms } from './rooms.js'
import { Scheduled } from './scheduled.js'
import { Search } from './search.js'
import { Sending } from './sending.js'
import { showMessages } from './show-messages.js'
import { Threads } from './threads.js'
import { Users } from './users.js'
import { Watching } from './watching.js'
import { HostWork, OwnWork } from './work.js'

/** The use-cases, each the one way in for every transport and for the host's own code. */
export interface Core {
  rooms: Rooms
  roomStates: RoomStates
  members: Members
  requests: Requests
  bans: Bans
  invites: Invites
  readMarkers: ReadMarkers
  messages: Messages
  edits: Edits
  erasures: Erasures
  exports: Exports
  imports: Imports
  readers: Readers
  search: Search
  scheduled: Scheduled
  pins: Pins
  threads: Threads
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
}

/** The use-cases, and through what their messages go that are in no transaction of the host's. */
export interface OwnCore extends Core {
  sending: Sending
}

function assemble(context: Context): Core {
  const users = new Users(context)
  const readMarkers = new ReadMarkers(context)
  const requests = new Requests(context)
  const rooms = new Rooms(context, users, requests)
  const members = new Members(context, users, readMarkers)
  const bans = new Bans(context, users)
  const messages = new Messages(context)
  const threads = new Threads(context)
  const search = new Search(context)
  const edits = new Edits(context)
  const reports = new Reports(context)
  const audit = new Audit(context)
  return {
    users,
    watching: new Watching(context, users),
    rooms,
    roomStates: new RoomStates(context),
    members,
    bans,
    invites: new Invites(context, users),
    requests,
    readMarkers,
    messages,
    edits,
    erasures: new Erasures(context),
    exports: new Exports(context),
    imports: new Imports(context, messages),
    readers: new Readers(context),
    threads,
    search,
    scheduled: new Scheduled(context, messages, readMarkers),
    pins: new Pins(context),
    reactions: new Reactions(context),
    changes: new Changes(context),
    media: new Media(context),
    audit,
    blocks: new Blocks(context, users),
    reports,
    moderation: new Moderation(context, { audit, rooms, members, bans, messages, edits, threads, search, reports }),
    context,
  }
}

export function createCore(given: Omit<Context, 'work'>, database: Database, publisher: Publisher): OwnCore {
  const { view, clock, meters, tracing } = given
  const show = (rows: MessageRow[]): Promise<Message[]> => showMessages(core.context, database.client, rows, undefined)
  const sending = new Sending({
    database,
    validate: validateSender(given),
    clock,
    publisher,
    view,
    show,
    meters,
    tracing,
  })
  const append = (request: AppendRequest) => sending.send(request)
  const work = new OwnWork(database, publisher, clock, append, { meters, tracing })
  const core = { ...assemble({ ...given, work }), sending }
  publisher.subscribe((notices) => {
    for (const notice of notices) if (notice.type === 'user.changed') core.users.forget(notice.userId)
  })
  return core
}

/** The same use-cases inside a transaction that the host opened. `published` tells what they did, after its commit. */
export function coreInside(core: Core, tx: Db): { core: Core; published: () => void } {
  const { context } = core
  const { clock, work: own } = context
  const work = new HostWork(tx, own.dialect, clock, async (request) => {
    const { sent, notices } = await appendInside(context, tx, request)
    work.publish(...notices)
    return sent
  })
  const published = () => own.publish(...work.notices.splice(0))
  return { core: assemble({ ...context, work }), published }
}
