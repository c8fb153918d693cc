import type { Row } from './row.js'

// biome-ignore format: a table
export const messages: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'GET /messages/search', query: '?q=was',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /rooms/:roomId/messages', what: 'a page',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'GET /rooms/:roomId/messages', what: 'a search', query: '?q=here',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'a new one', needs: 'canCreateMessages', body: { text: 'Hello' },
    closed:      [401,   404,    404,   403,   201,  201,  404],
    public:      [401,   403,    403,   403,   201,  201,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'one whose clientId was seen, with another body',
    needs: 'canCreateMessages', body: { text: 'Hello', clientId: 'first' },
    closed:      [401,   404,    404,   403,   409,  409,  404],
    public:      [401,   403,    403,   403,   409,  409,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'a file of somebody else’s', needs: 'canCreateMessages',
    body: { mediaIds: [':mediaId'] },
    closed:      [401,   404,    404,   403,   400,  400,  404],
    public:      [401,   403,    403,   403,   400,  400,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'an answer to somebody', needs: 'canCreateMessages',
    body: { text: 'Hello', replyToId: ':messageId', mentions: ['bystander'] },
    closed:      [401,   404,    404,   403,   201,  201,  404],
    public:      [401,   403,    403,   403,   201,  201,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'a mention of who is not there', needs: 'canCreateMessages',
    body: { text: 'Hello', mentions: ['newcomer'] },
    closed:      [401,   404,    404,   403,   400,  400,  404],
    public:      [401,   403,    403,   403,   400,  400,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'data that the host takes', needs: 'canCreateMessages',
    body: { data: { type: 'card' } },
    closed:      [401,   404,    404,   403,   201,  201,  404],
    public:      [401,   403,    403,   403,   201,  201,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'one that is forwarded', needs: 'canCreateMessages',
    body: { forward: { roomId: ':roomId', messageId: ':messageId' } },
    closed:      [401,   404,    404,   403,   201,  201,  404],
    public:      [401,   403,    403,   403,   201,  201,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'one that is forwarded and not there', needs: 'canCreateMessages', explains: true,
    body: { forward: { roomId: ':roomId', messageId: 'nothing' } },
    closed:      [401,   404,    404,   403,   404,  404,  404],
    public:      [401,   403,    403,   403,   404,  404,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'a mention of everyone',
    needs: 'canCreateMessages', alsoNeeds: 'canEditRoom', body: { text: 'Hello', mentionsEveryone: true },
    private:     [401,   404,    404,   403,   403,  403,  404],
    group:       [401,   404,    404,   403,   403,  201,  404],
    channel:     [401,   404,    404,   403,   403,  201,  404],
    public:      [401,   403,    403,   403,   403,  201,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'a reply in a thread', needs: 'canCreateMessages',
    body: { text: 'Hello', threadId: ':messageId' },
    closed:      [401,   404,    404,   403,   201,  201,  404],
    public:      [401,   403,    403,   403,   201,  201,  403],
  },
  {
    on: 'GET /rooms/:roomId/messages/:messageId/thread',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'GET /threads',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /rooms/:roomId/messages/:messageId/thread/me',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/messages/:messageId/thread/me', body: { lastReadSeq: 1 },
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'PUT /rooms/:roomId/messages/:messageId/thread/following',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'DELETE /rooms/:roomId/messages/:messageId/thread/following',
    closed:      [401,   404,    404,   204,   204,  204,  404],
    public:      [401,   403,    403,   204,   204,  204,  403],
  },
  {
    on: 'GET /rooms/:roomId/messages/:messageId',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    // The owner is a moderator in this world.
    on: 'GET /rooms/:roomId/messages/:messageId/edits',
    closed:      [401,   404,    404,   403,   403,  200,  404],
    public:      [401,   403,    403,   403,   403,  200,  403],
  },
  {
    on: 'GET /rooms/:roomId/messages/:messageId/readers',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/messages/:messageId', what: 'one’s own', whose: 'own', needs: 'canEditOwnMessages',
    body: { text: 'Better' },
    closed:      [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/messages/:messageId', what: 'the data of one’s own', whose: 'own', needs: 'canEditOwnMessages',
    body: { data: { type: 'card' } },
    closed:      [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/messages/:messageId', what: 'one’s own, to mention everyone', whose: 'own',
    needs: 'canEditOwnMessages', alsoNeeds: 'canEditRoom', body: { mentionsEveryone: true },
    private:     [401,   404,    404,   403,   403,  403,  404],
    group:       [401,   404,    404,   403,   403,  200,  404],
    channel:     [401,   404,    404,   403,   403,  200,  404],
    public:      [401,   403,    403,   403,   403,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/messages/:messageId', what: 'somebody else’s', needs: 'canEditMessages',
    body: { text: 'Better' },
    private:     [401,   404,    404,   403,   200,  403,  404],
    group:       [401,   404,    404,   403,   200,  403,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'DELETE /rooms/:roomId/messages/:messageId', what: 'one’s own', whose: 'own', needs: 'canDeleteOwnMessages',
    closed:      [401,   404,    404,   403,   204,  204,  404],
    public:      [401,   403,    403,   403,   204,  204,  403],
  },
  {
    on: 'DELETE /rooms/:roomId/messages/:messageId', what: 'somebody else’s', needs: 'canDeleteMessages',
    private:     [401,   404,    404,   403,   204,  403,  404],
    group:       [401,   404,    404,   403,   204,  204,  404],
    channel:     [401,   404,    404,   403,   204,  204,  404],
    public:      [401,   403,    403,   403,   204,  204,  403],
  },
]
