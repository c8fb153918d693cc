import type { CommandName } from '../../../src/contract/frames.js'
import type { Row } from './row.js'

/** 200 stands for `ok`; nobody is refused on the upgrade. */
// biome-ignore format: a table
export const commands: (Row & { on: CommandName })[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'message.send', what: 'a new one', needs: 'canCreateMessages', body: { text: 'Hello', clientId: 'second' },
    closed:      [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'message.send', what: 'one whose clientId was seen, with another body',
    needs: 'canCreateMessages', body: { text: 'Hello', clientId: 'first' },
    closed:      [401,   404,    404,   403,   409,  409,  404],
    public:      [401,   403,    403,   403,   409,  409,  403],
  },
  {
    on: 'message.send', what: 'a file of somebody else’s', needs: 'canCreateMessages',
    body: { mediaIds: [':mediaId'], clientId: 'third' },
    closed:      [401,   404,    404,   403,   400,  400,  404],
    public:      [401,   403,    403,   403,   400,  400,  403],
  },
  {
    on: 'message.send', what: 'an answer to somebody', needs: 'canCreateMessages',
    body: { text: 'Hello', clientId: 'fourth', replyToId: ':messageId', mentions: ['bystander'] },
    closed:      [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'message.send', what: 'data that the host takes', needs: 'canCreateMessages',
    body: { data: { type: 'card' }, clientId: 'fifth' },
    closed:      [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'message.edit', what: 'the data of one’s own', whose: 'own', needs: 'canEditOwnMessages',
    body: { data: { type: 'card' } },
    closed:      [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'message.send', what: 'a mention of everyone', needs: 'canCreateMessages', alsoNeeds: 'canEditRoom',
    body: { text: 'Hello', clientId: 'sixth', mentionsEveryone: true },
    private:     [401,   404,    404,   403,   403,  403,  404],
    group:       [401,   404,    404,   403,   403,  200,  404],
    channel:     [401,   404,    404,   403,   403,  200,  404],
    public:      [401,   403,    403,   403,   403,  200,  403],
  },
  {
    on: 'message.send', what: 'a reply in a thread', needs: 'canCreateMessages',
    body: { text: 'Hello', clientId: 'seventh', threadId: ':messageId' },
    closed:      [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'message.edit', what: 'one’s own', whose: 'own', needs: 'canEditOwnMessages', body: { text: 'Better' },
    closed:      [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'message.edit', what: 'somebody else’s', needs: 'canEditMessages', body: { text: 'Better' },
    private:     [401,   404,    404,   403,   200,  403,  404],
    group:       [401,   404,    404,   403,   200,  403,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'message.delete', what: 'one’s own', whose: 'own', needs: 'canDeleteOwnMessages',
    closed:      [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'message.delete', what: 'somebody else’s', needs: 'canDeleteMessages',
    private:     [401,   404,    404,   403,   200,  403,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'message.pin', needs: 'canEditRoom',
    private:     [401,   404,    404,   200,   200,  200,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'message.unpin', needs: 'canEditRoom',
    private:     [401,   404,    404,   200,   200,  200,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'reaction.add', body: { reaction: '🎉' },
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'reaction.remove', what: 'one’s own', whose: 'own', body: { reaction: '👍' },
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'reaction.remove', what: 'somebody else’s', body: { reaction: '👍' },
    closed:      [401,   404,    404,   404,   404,  404,  404],
    public:      [401,   403,    403,   404,   404,  404,  403],
  },
  {
    on: 'read', body: { seq: 1 },
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    // Rooms that are not theirs are left out.
    on: 'read.many', body: { rooms: [{ roomId: 'not-theirs', seq: 1 }] },
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'typing', needs: 'canCreateMessages', body: { isTyping: true },
    closed:      [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'presence.watch', body: { userIds: ['bystander'] },
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'presence.set', body: { inFront: false },
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
]
