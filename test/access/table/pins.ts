import type { Row } from './row.js'

// biome-ignore format: a table
export const pins: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'GET /rooms/:roomId/pins',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    // In a private room both may.
    on: 'PUT /rooms/:roomId/pins/:messageId', needs: 'canEditRoom', once: true,
    private:     [401,   404,    404,   201,   201,  201,  404],
    group:       [401,   404,    404,   403,   201,  201,  404],
    channel:     [401,   404,    404,   403,   201,  201,  404],
    public:      [401,   403,    403,   403,   201,  201,  403],
  },
  {
    on: 'DELETE /rooms/:roomId/pins/:messageId', needs: 'canEditRoom',
    private:     [401,   404,    404,   204,   204,  204,  404],
    group:       [401,   404,    404,   403,   204,  204,  404],
    channel:     [401,   404,    404,   403,   204,  204,  404],
    public:      [401,   403,    403,   403,   204,  204,  403],
  },
]
