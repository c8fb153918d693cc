import type { Message } from 'express-chat/client'
import { useChatClient, useMe } from 'express-chat/react'
import { useCallback } from 'react'

const lists = new Intl.ListFormat('en', { type: 'conjunction' })

/** Gives the words for a message of the system, as its reader would say it: "You added Bob". */
export function useSystemText(): (message: Pick<Message, 'system' | 'text'>) => string {
  const client = useChatClient()
  const myId = useMe()?.id
  return useCallback(
    (message) => {
      const nameOf = (id: string) => (id === myId ? 'you' : client.users.known(id).getSnapshot()?.name)
      return systemText(message, nameOf) ?? message.text
    },
    [client, myId],
  )
}

/** Undefined where a name is not known here, nobody of the chat did it, or the words are the host's: then the server's stand. */
export function systemText(
  { system }: Pick<Message, 'system'>,
  nameOf: (id: string) => string | undefined,
): string | undefined {
  if (!system || system.type === 'host') return undefined
  const actor = system.actorId === null ? undefined : nameOf(system.actorId)
  const names = (system.userIds ?? []).map(nameOf)
  if (names.includes(undefined) || (system.actorId !== null && actor === undefined)) return undefined
  const whom = lists.format(names.filter((name) => name !== undefined))
  const subject = whom || actor
  const owns = whom === 'you' ? 'are' : 'is'
  const sentences: Record<Exclude<typeof system.type, 'host'>, string | undefined> = {
    'room.created': actor && `${actor} created the room`,
    'room.renamed': actor && `${actor} renamed the room to “${system.name ?? ''}”`,
    'member.added': actor && whom && `${actor} added ${whom}`,
    'member.joined': subject && `${subject} joined`,
    'member.left': subject && `${subject} left`,
    'member.removed': actor && whom && `${actor} removed ${whom}`,
    'member.banned': actor && whom && `${actor} banned ${whom}`,
    'owner.changed': whom && (actor ? `${actor} made ${whom} an owner` : `${whom} ${owns} now an owner`),
    'message.pinned': actor && `${actor} pinned a message`,
  }
  const sentence = sentences[system.type]
  return sentence ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : undefined
}
