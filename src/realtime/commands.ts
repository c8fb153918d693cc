import { type CommandInput, type CommandName, commands } from '../contract/frames.js'
import type { Message } from '../contract/messages.js'
import type { Core } from '../core/create-core.js'
import type { RateName } from '../core/rates.js'
import type { Sent } from '../core/sending.js'
import type { Connection } from './connection.js'
import type { Hub } from './hub.js'

interface Command<Name extends CommandName> {
  schema: (typeof commands)[Name]
  /** What it counts as, beside being a frame: `writes` unless given; `frames` where it stores nothing. */
  rate?: RateName
  /** Begun one after the other, they take effect in that order by themselves: many go into one commit. */
  flows?: true
  run(hub: Hub, connection: Connection, input: CommandInput<Name>): Promise<unknown>
}

/** Each command is one call of a use-case, the same that HTTP calls. */
export const commandTable: { readonly [Name in CommandName]: Command<Name> } = {
  'message.send': {
    schema: commands['message.send'],
    rate: 'sends',
    flows: true,
    run: async ({ core }, { userId }, { roomId, sendAt, ...draft }) =>
      sendAt === undefined
        ? counted(core, await core.messages.send(userId, roomId, draft, 'client'))
        : core.scheduled.create(userId, roomId, { ...draft, sendAt }, 'client'),
  },
  'message.edit': {
    schema: commands['message.edit'],
    rate: 'sends',
    run: ({ core }, { userId }, { roomId, messageId, ...changes }) =>
      core.messages.edit(userId, roomId, messageId, changes, 'client'),
  },
  'message.delete': {
    schema: commands['message.delete'],
    run: ({ core }, { userId }, { roomId, messageId }) => core.messages.delete(userId, roomId, messageId),
  },
  'message.pin': {
    schema: commands['message.pin'],
    rate: 'sends',
    run: async ({ core }, { userId }, { roomId, messageId }) =>
      (await core.pins.pin(userId, roomId, messageId)).message,
  },
  'message.unpin': {
    schema: commands['message.unpin'],
    run: ({ core }, { userId }, { roomId, messageId }) => core.pins.unpin(userId, roomId, messageId),
  },
  'reaction.add': {
    schema: commands['reaction.add'],
    rate: 'reactions',
    run: async ({ core }, { userId }, { roomId, messageId, reaction }) =>
      (await core.reactions.add(userId, roomId, messageId, reaction)).reaction,
  },
  'reaction.remove': {
    schema: commands['reaction.remove'],
    rate: 'reactions',
    run: ({ core }, { userId }, { roomId, messageId, reaction }) =>
      core.reactions.removeByText(userId, roomId, messageId, reaction),
  },
  read: {
    schema: commands.read,
    run: ({ core }, { userId }, { roomId, seq }) => core.readMarkers.move(userId, roomId, seq),
  },
  'read.many': {
    schema: commands['read.many'],
    run: ({ core }, { userId }, { rooms }) => core.readMarkers.moveMany(userId, rooms),
  },
  typing: {
    schema: commands.typing,
    rate: 'frames',
    run: (hub, { userId }, { roomId, isTyping }) =>
      hub.mutex.take(`typing ${userId} ${roomId}`, async () => {
        hub.typing.set(roomId, userId, isTyping, await hub.core.rooms.checkTyping(userId, roomId))
      }),
  },
  'presence.watch': {
    schema: commands['presence.watch'],
    rate: 'frames',
    run: ({ watchers }, connection, { userIds }) => watchers.watch(connection, [...new Set(userIds)]),
  },
  'presence.set': {
    schema: commands['presence.set'],
    rate: 'frames',
    run: async (hub, connection, { inFront }) => hub.setInFront(connection, inFront),
  },
}

function counted({ context }: Core, { message, created }: Sent): Message {
  if (created) context.meters?.sent('socket')
  return message
}

export const isCommand = (type: string): type is CommandName => Object.hasOwn(commandTable, type)

/** Where the order of what is asked counts: in each room that it names, or, of what is no room's, among its like. */
export function placesOf(type: string, input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return []
  if ('roomId' in input && typeof input.roomId === 'string') return [input.roomId]
  // What is no command names no rooms that it could touch.
  if (type === '') return []
  if ('rooms' in input && Array.isArray(input.rooms)) return input.rooms.map(({ roomId }) => String(roomId))
  return [` ${type}`]
}
