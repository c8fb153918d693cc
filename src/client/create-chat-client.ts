import type { ChatClient } from './api/chat-client.js'
import type { ChatClientOptions } from './api/options.js'

/** A client of a chat, in a browser or in Node.js. It does nothing until `connect` is called. */
export declare function createChatClient(options: ChatClientOptions): ChatClient
