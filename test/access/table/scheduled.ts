import type { Row } from './row.js'

const sendAt = new Date(Date.now() + 86_400_000).toISOString()

// biome-ignore format: a table
export const scheduled: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'GET /scheduled',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    // Who has left sees what could not be sent.
    on: 'GET /rooms/:roomId/scheduled', whose: 'own',
    closed:      [401,   404,    200,   200,   200,  200,  404],
    public:      [401,   403,    200,   200,   200,  200,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages', what: 'one that is to be sent later', needs: 'canCreateMessages',
    body: { text: 'Hello', sendAt },
    closed:      [401,   404,    404,   403,   202,  202,  404],
    public:      [401,   403,    403,   403,   202,  202,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/scheduled/:scheduledId', what: 'one’s own', whose: 'own', body: { sendAt },
    closed:      [401,   404,    200,   200,   200,  200,  404],
    public:      [401,   404,    200,   200,   200,  200,  404],
  },
  {
    on: 'PATCH /rooms/:roomId/scheduled/:scheduledId', what: 'somebody else’s', body: { sendAt },
    closed:      [401,   404,    404,   404,   404,  404,  404],
    public:      [401,   404,    404,   404,   404,  404,  404],
  },
  {
    on: 'DELETE /rooms/:roomId/scheduled/:scheduledId', what: 'one’s own', whose: 'own',
    closed:      [401,   404,    204,   204,   204,  204,  404],
    public:      [401,   404,    204,   204,   204,  204,  404],
  },
  {
    on: 'DELETE /rooms/:roomId/scheduled/:scheduledId', what: 'somebody else’s',
    closed:      [401,   404,    404,   404,   404,  404,  404],
    public:      [401,   404,    404,   404,   404,  404,  404],
  },
]
