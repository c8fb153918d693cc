import { useChatClient, useMe } from 'express-chat/react'
import { useEffect } from 'react'
import { useOverlays } from '../design/overlays.js'
import { userName } from '../people/user-name.js'
import { roomName } from './room-name.js'

/** Says so when somebody adds me to a room: it appears in the list, where nobody may be looking. */
export function useAddedNotice(): void {
  const client = useChatClient()
  const myId = useMe()?.id
  const { toast } = useOverlays()
  useEffect(() => {
    if (myId === undefined) return undefined
    return client.onEvent(async (event) => {
      if (event.type !== 'room.joined' || event.room.type === 'private') return
      const { members } = client.room(event.room.id)
      await members.load()
      const me = members.getSnapshot().items.find(({ user }) => user.id === myId)
      const adder = me?.addedById
      if (!adder || adder === myId) return
      const known = members.getSnapshot().items.find(({ user }) => user.id === adder)?.user
      toast(`${userName(known ?? client.users.known(adder).getSnapshot())} added you to ${roomName(event.room)}`)
    })
  }, [client, myId, toast])
}
