import type { Row } from './row.js'

// biome-ignore format: a table
export const invites: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'GET /rooms/:roomId/invites', needs: 'canAddUsers',
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'POST /rooms/:roomId/invites', needs: 'canAddUsers', body: { maxUses: 3 },
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   201,  201,  404],
    channel:     [401,   404,    404,   403,   201,  201,  404],
    public:      [401,   403,    403,   403,   201,  201,  403],
  },
  {
    on: 'DELETE /rooms/:roomId/invites/:inviteId', what: 'one’s own', whose: 'own', needs: 'canAddUsers',
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   204,  204,  404],
    channel:     [401,   404,    404,   403,   204,  204,  404],
    public:      [401,   403,    403,   403,   204,  204,  403],
  },
  {
    on: 'DELETE /rooms/:roomId/invites/:inviteId', what: 'somebody else’s', needs: 'canAddUsers',
    alsoNeeds: 'canRemoveUsers', once: true,
    private:     [401,   404,    404,   409,   409,  409,  404],
    group:       [401,   404,    404,   403,   403,  204,  404],
    channel:     [401,   404,    404,   403,   403,  204,  404],
    public:      [401,   403,    403,   403,   403,  204,  403],
  },
  {
    // A link lets in who has it.
    on: 'GET /invites/:code',
    private:     [401,   404,    404,   404,   404,  404,  404],
    group:       [401,   200,    200,   200,   200,  200,  200],
    channel:     [401,   200,    200,   200,   200,  200,  200],
    public:      [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'POST /invites/:code/join',
    private:     [401,   404,    404,   404,   404,  404,  404],
    group:       [401,   201,    201,   200,   200,  200,  201],
    channel:     [401,   201,    201,   200,   200,  200,  201],
    public:      [401,   201,    201,   200,   200,  200,  201],
  },
]
