import type { Row } from './row.js'

const path = '/rooms/:roomId/messages/:messageId/reactions'

// biome-ignore format: a table
export const reactions: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: `GET ${path}`,
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: `POST ${path}`, body: { reaction: '🎉' },
    closed:      [401,   404,    404,   201,   201,  201,  404],
    public:      [401,   403,    403,   201,   201,  201,  403],
  },
  {
    on: `GET ${path}/:reactionId`,
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: `DELETE ${path}/:reactionId`, what: 'one’s own', whose: 'own',
    closed:      [401,   404,    404,   204,   204,  204,  404],
    public:      [401,   403,    403,   204,   204,  204,  403],
  },
  {
    on: `DELETE ${path}/:reactionId`, what: 'somebody else’s',
    closed:      [401,   404,    404,   403,   403,  403,  404],
    public:      [401,   403,    403,   403,   403,  403,  403],
  },
  {
    on: 'GET /reactions',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
]
