import type { Row } from './row.js'

// biome-ignore format: a table
export const media: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'POST /media', file: true,
    anywhere:    [401,   201,    201,   201,   201,  201,  201],
  },
  ...['GET /media/:mediaId', 'GET /media/:mediaId/content', 'GET /media/:mediaId/thumbnail'].flatMap((on): Row[] => [
    {
      on, what: 'in somebody else’s message',
      closed:    [401,   404,    404,   200,   200,  200,  404],
      public:    [401,   404,    404,   200,   200,  200,  404],
    },
    {
      on, what: 'one’s own', whose: 'own',
      closed:    [401,   404,    200,   200,   200,  200,  404],
      public:    [401,   404,    200,   200,   200,  200,  404],
    },
  ]),
]
