import type { ConnectionState } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useObservable } from './observable.js'

/** Whether what is shown is live. */
export function useConnection(): ConnectionState {
  return useObservable(useChatClient().connection)
}
