import type { Row } from './row.js'

// biome-ignore format: a table
export const reports: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'POST /rooms/:roomId/messages/:messageId/reports', what: 'somebody else’s', body: { reason: 'spam' },
    closed:      [401,   404,    404,   201,   201,  201,  404],
    public:      [401,   403,    403,   201,   201,  201,  403],
  },
  {
    on: 'POST /rooms/:roomId/messages/:messageId/reports', what: 'one’s own', whose: 'own', body: { reason: 'spam' },
    closed:      [401,   404,    404,   409,   409,  409,  404],
    public:      [401,   403,    403,   409,   409,  409,  403],
  },
]
