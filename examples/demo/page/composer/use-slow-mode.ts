import { useMessages, useRoom } from 'express-chat/react'
import { useEffect, useState } from 'react'

/** Seconds until I may write again in a room that is slow; 0 at once. Counted by the clock here: the server has the last word. */
export function useSlowMode(roomId: string, myId: string): number {
  const { room } = useRoom(roomId)
  const { items } = useMessages(roomId)
  const seconds = room?.me?.permissions.canDeleteMessages ? 0 : (room?.slowModeSeconds ?? 0)
  const last = items.findLast(({ user, state }) => user?.id === myId && state === 'sent')
  const free = last && seconds > 0 ? Date.parse(last.createdAt) + seconds * 1000 : 0
  const [now, setNow] = useState(Date.now)
  const left = Math.max(0, Math.ceil((free - now) / 1000))
  useEffect(() => {
    setNow(Date.now())
    if (free <= Date.now()) return
    const timer = setInterval(() => {
      setNow(Date.now())
      if (free <= Date.now()) clearInterval(timer)
    }, 1000)
    return () => clearInterval(timer)
  }, [free])
  return left
}
