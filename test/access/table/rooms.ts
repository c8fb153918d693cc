import type { Row } from './row.js'

// biome-ignore format: a table
export const rooms: Row[] = [
  //            nobody stranger leaver without with owner other
  {
    on: 'GET /rooms',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /rooms', what: 'that one has put away', query: '?archived=true',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /rooms', what: 'that one has pinned', query: '?pinned=true',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /rooms', what: 'that one is asked into', query: '?requests=true',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /rooms', what: 'by its key', query: '?key=order%3A17',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /rooms/public',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'POST /rooms', what: 'a group', body: { type: 'group', name: 'New', userIds: ['bystander'] },
    anywhere:    [401,   201,    201,   201,   201,  201,  201],
  },
  {
    on: 'POST /rooms', what: 'a private room', body: { type: 'private', userIds: ['bystander'] },
    anywhere:    [401,   201,    201,   200,   200,  200,  201],
  },
  {
    on: 'POST /rooms/read', body: { rooms: [{ roomId: 'not-theirs', seq: 1 }] },
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'GET /rooms/:roomId',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'PATCH /rooms/:roomId', what: 'words', needs: 'canEditRoom', body: { description: 'Changed' },
    private:     [401,   404,    404,   403,   403,  403,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId', what: 'its data', needs: 'canEditRoom', body: { data: { type: 'card' } },
    private:     [401,   404,    404,   403,   403,  403,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId', what: 'a picture of somebody else’s', needs: 'canEditRoom',
    body: { avatarMediaId: ':mediaId' },
    private:     [401,   404,    404,   403,   403,  403,  404],
    group:       [401,   404,    404,   403,   400,  400,  404],
    channel:     [401,   404,    404,   403,   400,  400,  404],
    public:      [401,   403,    403,   403,   400,  400,  403],
  },
  {
    on: 'PATCH /rooms/:roomId', what: 'what new members see', needs: 'canEditRoom', body: { historyFrom: 'joined' },
    private:     [401,   404,    404,   403,   403,  403,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId', what: 'whether it tells who has read what', needs: 'canEditRoom', body: { readReceipts: false },
    private:     [401,   404,    404,   403,   403,  403,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId', what: 'how slow it is', needs: 'canEditRoom', body: { slowModeSeconds: 30 },
    private:     [401,   404,    404,   403,   403,  403,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'PATCH /rooms/:roomId', what: 'who finds it', needs: 'canEditRoom', once: true, body: { isPublic: true },
    private:     [401,   404,    404,   403,   403,  403,  404],
    group:       [401,   404,    404,   403,   200,  200,  404],
    channel:     [401,   404,    404,   403,   200,  200,  404],
    public:      [401,   403,    403,   403,   200,  200,  403],
  },
  {
    on: 'DELETE /rooms/:roomId', needs: 'canDeleteRoom', once: true,
    closed:      [401,   404,    404,   403,   204,  204,  404],
    public:      [401,   403,    403,   403,   204,  204,  403],
  },
  {
    on: 'POST /rooms/:roomId/accept', whose: 'asked',
    anywhere:    [401,   200,    200,   200,   200,  200,  200],
  },
  {
    on: 'POST /rooms/:roomId/accept', what: 'where nobody asks',
    closed:      [401,   404,    404,   404,   404,  404,  404],
    public:      [401,   404,    404,   404,   404,  404,  404],
  },
  {
    on: 'POST /rooms/:roomId/refuse', whose: 'asked',
    anywhere:    [401,   204,    204,   204,   204,  204,  204],
  },
  {
    on: 'POST /rooms/:roomId/refuse', what: 'where nobody asks',
    closed:      [401,   404,    404,   404,   404,  404,  404],
    public:      [401,   404,    404,   404,   404,  404,  404],
  },
  {
    on: 'GET /rooms/:roomId/changes', query: '?since=0',
    closed:      [401,   404,    404,   200,   200,  200,  404],
    public:      [401,   403,    403,   200,   200,  200,  403],
  },
]
