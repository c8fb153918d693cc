import type { Row } from './row.js'

// biome-ignore format: a table
export const users: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'GET /users/me',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'PATCH /users/me', what: 'words', body: { description: 'Changed' },
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'PATCH /users/me', what: 'a picture of one’s own', whose: 'own', body: { avatarMediaId: ':mediaId' },
    anywhere:    [401,   400,    200,   200,   200,  200,  400],
  },
  {
    on: 'PATCH /users/me', what: 'a picture of somebody else’s', body: { avatarMediaId: ':mediaId' },
    anywhere:    [401,   400,    400,   400,   400,  400,  400],
  },
  {
    on: 'GET /users/me/blocks',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'PUT /users/me/blocks/:userId',
    anywhere:    [401,   201,    201,   201,   201,  201,  201],
  },
  {
    on: 'DELETE /users/me/blocks/:userId',
    anywhere:    [401,   204,    204,   204,   204,  204,  204],
  },
  {
    on: 'GET /users/:userId',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'PUT /users/me/blocks/:userId', what: 'of nobody that is known', whose: 'unknown',
    anywhere:    [401,   404,    404,   404,   404,  404,  404],
  },
  {
    on: 'PUT /users/me/blocks/:userId', what: 'of oneself', whose: 'own',
    anywhere:    [401,   409,    409,   409,   409,  409,  409],
  },
  {
    on: 'GET /users/:userId', what: 'of nobody that is known', whose: 'unknown',
    anywhere:    [401,   404,    404,   404,   404,  404,  404],
  },
  {
    on: 'GET /users/:userId', what: 'oneself', whose: 'own',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /users', what: 'by name', query: '?q=By',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /users',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'POST /ws-ticket',
    anywhere:    [401,   201,    201,   201,   201,  201,  201],
  },
]

/** What the API says of itself is for everyone. */
// biome-ignore format: a table
export const documents: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'GET /openapi.json',
    anywhere:    [200,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /asyncapi.json',
    anywhere:    [200,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /docs',
    anywhere:    [200,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /docs/page.js',
    anywhere:    [200,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /docs/page.css',
    anywhere:    [200,   200,    200,   200,   200,  200,  200],
  },
]
