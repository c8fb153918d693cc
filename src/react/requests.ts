import { useEffect } from 'react'
import type { AnyData, DataOf, DataSource, RequestList, Requests } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useObservable } from './observable.js'

/** Rooms that I am asked into, read as soon as this is mounted; `accept` and `refuse` answer, `load` tries again what failed. */
export function useRequests<Source extends DataSource = AnyData>(): RequestList<DataOf<Source>> &
  Pick<Requests<DataOf<Source>>, 'accept' | 'refuse' | 'load'> {
  const { requests } = useChatClient<Source>()
  useEffect(() => void requests.load(), [requests])
  const { accept, refuse, load } = requests
  return { ...useObservable<RequestList<DataOf<Source>>>(requests), accept, refuse, load }
}
