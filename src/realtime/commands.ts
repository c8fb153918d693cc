import { type CommandInput, type CommandName, commands } from '../contract/frames.js'
import type { RateName } from '../core/rates.js'
import type { Connection } from './connection.js'
import type { Hub } from './hub.js'

interface Command<Name extends CommandName> {
  schema: (typeof commands)[Name]
  /** What it counts as, beside being a frame. */
  rate?: RateName
  run(hub: Hub, connection: Connection, input: CommandInput<Name>): Promise<unknown>
}

/** Each command is one call of a use-case, the same that HTTP calls. */
export const commandTable: { readonly [Name in CommandName]: Command<Name> } = {
  'message.send': {
    schema: commands['message.send'],
    rate: 'sends',
    run: async ({ core }, { userId }, { roomId, ...draft }) =>
      (await core.messages.send(userId, roomId, draft)).message,
  },
  'message.edit': {
    schema: commands['message.edit'],
    rate: 'sends',
    run: ({ core }, { userId }, { roomId, messageId, text }) => core.messages.edit(userId, roomId, messageId, { text }),
  },
  'message.delete': {
    schema: commands['message.delete'],
    run: ({ core }, { userId }, { roomId, messageId }) => core.messages.delete(userId, roomId, messageId),
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
    run: ({ core }, { userId }, { roomId, seq }) => core.members.markRead(userId, roomId, seq),
  },
  typing: {
    schema: commands.typing,
    run: (hub, { userId }, { roomId, isTyping }) =>
      hub.turns.take(`typing ${userId} ${roomId}`, async () => {
        hub.types(roomId, userId, isTyping, await hub.core.rooms.checkTyping(userId, roomId))
      }),
  },
  'presence.watch': {
    schema: commands['presence.watch'],
    run: ({ watchers }, connection, { userIds }) => watchers.watch(connection, userIds),
  },
}

export const isCommand = (type: string): type is CommandName => Object.hasOwn(commandTable, type)
