import type { NewMessage } from '../../src/store/messages.js'

/** A message of Alice's that says hello, and nothing else. */
export const newMessage = (own: Pick<NewMessage, 'id' | 'roomId' | 'seq' | 'revision'>): NewMessage => ({
  ...own,
  ...{ userId: 'alice', clientId: null, bodyHash: null, kind: 'user', text: 'hello', data: null, hasMedia: false },
  ...{ replyToId: null, threadId: null, threadSeq: null, rootSeq: null, mentions: '[]', mentionsEveryone: false },
  ...{ saidAs: null, forwardedFrom: null, createdAt: new Date() },
})
