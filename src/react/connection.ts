import type { ConnectionState } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useTopic } from './topic.js'

/** Whether what is shown is live. */
export function useConnection(): ConnectionState {
  return useTopic(useChatClient().connection)
}
