import type { Row } from './row.js'

// biome-ignore format: a table
export const members: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'GET /rooms/:roomId/members',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'POST /rooms/:roomId/members', what: 'somebody else', needs: 'canAddUsers', once: true,
    body: { userId: 'newcomer' },
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   201,  201,  404],
    channel:     [401,   404,    404,   403,   201,  201,  404],
    public:      [401,   403,    403,   403,   201,  201,  403],
  },
  {
    on: 'POST /rooms/:roomId/members', what: 'somebody else, as an admin', body: { userId: 'newcomer', role: 'admin' },
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   403,  201,  404],
    channel:     [401,   404,    404,   403,   403,  201,  404],
    public:      [401,   403,    403,   403,   403,  201,  403],
  },
  {
    on: 'POST /rooms/:roomId/members', what: 'oneself', body: { userId: 'me' },
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   201,    201,   200,   200,  200,  201],
  },
  {
    on: 'POST /rooms/:roomId/members', what: 'oneself, as an admin', body: { userId: 'me', role: 'admin' },
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'GET /rooms/:roomId/members/:userId', what: 'somebody else',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'GET /rooms/:roomId/members/:userId', what: 'oneself', whose: 'own',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/members/:userId', what: 'what is one’s own', whose: 'own', body: { muted: true, lastReadSeq: 1 },
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/members/:userId', what: 'what is another’s own', body: { lastReadSeq: 1 },
    closed:      [401,   404,    404,   400,   400,  400,  404],
    public:      [401,   403,    403,   400,   400,  400,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/members/:userId', what: 'the role of somebody else', body: { role: 'admin' },
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   403,  200,  404],
    channel:     [401,   404,    404,   403,   403,  200,  404],
    public:      [401,   403,    403,   403,   403,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/members/:userId', what: 'one’s own role', whose: 'own', body: { role: 'owner' },
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   403,  200,  404],
    channel:     [401,   404,    404,   403,   403,  200,  404],
    public:      [401,   403,    403,   403,   403,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/members/:userId', what: 'one’s own permissions', whose: 'own',
    body: { permissions: { canAddUsers: true } },
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   403,  200,  404],
    channel:     [401,   404,    404,   403,   403,  200,  404],
    public:      [401,   403,    403,   403,   403,  200,  403],
  },
  {
    on: 'DELETE /rooms/:roomId/members/:userId', what: 'somebody else', needs: 'canRemoveUsers', once: true,
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   204,  204,  404],
    channel:     [401,   404,    404,   403,   204,  204,  404],
    public:      [401,   403,    403,   403,   204,  204,  403],
  },
  {
    on: 'DELETE /rooms/:roomId/members/:userId', what: 'oneself', whose: 'own',
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   204,   204,  204,  404],
    channel:     [401,   404,    404,   204,   204,  204,  404],
    public:      [401,   403,    403,   204,   204,  204,  403],
  },
  {
    on: 'PATCH /rooms/:roomId/members/:userId', what: 'the silence of somebody else', needs: 'canRemoveUsers',
    body: { silencedUntil: '2100-01-01T00:00:00.000Z' },
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'GET /rooms/:roomId/bans', needs: 'canRemoveUsers',
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'PUT /rooms/:roomId/bans/:userId', needs: 'canRemoveUsers', once: true, outsiders: true,
    body: { reason: 'Shouts' },
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   201,  201,  404],
    channel:     [401,   404,    404,   403,   201,  201,  404],
    public:      [401,   403,    403,   403,   201,  201,  403],
  },
  {
    on: 'DELETE /rooms/:roomId/bans/:userId', needs: 'canRemoveUsers', whose: 'banned', once: true,
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   204,  204,  404],
    channel:     [401,   404,    404,   403,   204,  204,  404],
    public:      [401,   403,    403,   403,   204,  204,  403],
  },
  {
    on: 'DELETE /rooms/:roomId/bans/:userId', what: 'of somebody who is not banned', needs: 'canRemoveUsers',
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   404,  404,  404],
    channel:     [401,   404,    404,   403,   404,  404,  404],
    public:      [401,   403,    403,   403,   404,  404,  403],
  },
]
