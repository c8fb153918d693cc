import type { Row } from './row.js'

/** The owner is a moderator in this world: to no other is there anything below `/moderation`. */
const none = [401, 404, 404, 404, 404] as const

// biome-ignore format: a table
export const moderation: Row[] = [
  //            nobody … with  owner other
  {
    on: 'GET /moderation/audit',
    anywhere:    [...none,     200,  404],
  },
  {
    on: 'GET /moderation/reports',
    anywhere:    [...none,     200,  404],
  },
  {
    on: 'GET /moderation/reports/:reportId',
    anywhere:    [...none,     200,  404],
  },
  {
    on: 'PATCH /moderation/reports/:reportId', body: { status: 'resolved' },
    anywhere:    [...none,     200,  404],
  },
  {
    on: 'GET /moderation/rooms/:roomId', isAudited: true,
    closed:      [...none,     200,  404],
    public:      [...none,     200,  404],
  },
  {
    on: 'GET /moderation/rooms/:roomId/members', isAudited: true,
    closed:      [...none,     200,  404],
    public:      [...none,     200,  404],
  },
  {
    on: 'DELETE /moderation/rooms/:roomId/members/:userId', once: true,
    private:     [...none,     409,  404],
    group:       [...none,     204,  404],
    channel:     [...none,     204,  404],
    public:      [...none,     204,  404],
  },
  {
    on: 'PATCH /moderation/rooms/:roomId/members/:userId', body: { silencedUntil: '2100-01-01T00:00:00.000Z' },
    private:     [...none,     409,  404],
    group:       [...none,     200,  404],
    channel:     [...none,     200,  404],
    public:      [...none,     200,  404],
  },
  {
    on: 'GET /moderation/rooms/:roomId/bans', isAudited: true,
    private:     [...none,     409,  404],
    group:       [...none,     200,  404],
    channel:     [...none,     200,  404],
    public:      [...none,     200,  404],
  },
  {
    on: 'PUT /moderation/rooms/:roomId/bans/:userId', body: { reason: 'rude' }, once: true,
    private:     [...none,     409,  404],
    group:       [...none,     201,  404],
    channel:     [...none,     201,  404],
    public:      [...none,     201,  404],
  },
  {
    on: 'DELETE /moderation/rooms/:roomId/bans/:userId', whose: 'banned', once: true,
    private:     [...none,     409,  404],
    group:       [...none,     204,  404],
    channel:     [...none,     204,  404],
    public:      [...none,     204,  404],
  },
  {
    on: 'DELETE /moderation/rooms/:roomId/bans/:userId', what: 'of somebody who is not banned',
    private:     [...none,     409,  404],
    group:       [...none,     404,  404],
    channel:     [...none,     404,  404],
    public:      [...none,     404,  404],
  },
  {
    on: 'GET /moderation/rooms/:roomId/messages', isAudited: true,
    closed:      [...none,     200,  404],
    public:      [...none,     200,  404],
  },
  {
    on: 'GET /moderation/rooms/:roomId/messages/:messageId/edits', isAudited: true,
    closed:      [...none,     200,  404],
    public:      [...none,     200,  404],
  },
  {
    on: 'GET /moderation/rooms/:roomId/messages/:messageId/thread', isAudited: true,
    closed:      [...none,     200,  404],
    public:      [...none,     200,  404],
  },
  {
    on: 'DELETE /moderation/rooms/:roomId/messages/:messageId', once: true,
    closed:      [...none,     204,  404],
    public:      [...none,     204,  404],
  },
  {
    on: 'DELETE /moderation/rooms/:roomId/members/:userId', what: 'the owner', whose: 'owner', once: true,
    private:     [...none,     409,  404],
    group:       [...none,     204,  404],
    channel:     [...none,     204,  404],
    public:      [...none,     204,  404],
  },
  {
    on: 'PATCH /moderation/rooms/:roomId/members/:userId', what: 'the owner', whose: 'owner',
    body: { silencedUntil: '2100-01-01T00:00:00.000Z' },
    private:     [...none,     409,  404],
    group:       [...none,     200,  404],
    channel:     [...none,     200,  404],
    public:      [...none,     200,  404],
  },
  {
    on: 'PUT /moderation/rooms/:roomId/bans/:userId', what: 'of the owner', whose: 'owner', body: {},
    closed:      [...none,     409,  404],
    public:      [...none,     409,  404],
  },
  {
    on: 'GET /moderation/audit', what: 'of a room', query: '?action=message.deleted',
    anywhere:    [...none,     200,  404],
  },
  {
    on: 'GET /moderation/reports', what: 'that are open', query: '?status=open',
    anywhere:    [...none,     200,  404],
  },
]
