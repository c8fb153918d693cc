import { useEffect } from 'react'
import type { RequestList, Requests } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useObservable } from './observable.js'

/** Rooms that I am asked into, read as soon as this is mounted; `accept` and `refuse` answer, `load` tries again what failed. */
export function useRequests(): RequestList & Pick<Requests, 'accept' | 'refuse' | 'load'> {
  const { requests } = useChatClient()
  useEffect(() => void requests.load(), [requests])
  const { accept, refuse, load } = requests
  return { ...useObservable<RequestList>(requests), accept, refuse, load }
}
