// Written from prisma/chat.prisma by `npm run generate`.

// Generated clients differ by generator, database and extensions, and their full types are neither assignable to each
// other nor cheap to compare. What they share is a `fields` object that names each column's type, so that is what the
// host's client is held against; methods stay loose.

interface Columns<Types extends Record<string, string>> {
  readonly fields: { readonly [column in keyof Types]: { readonly typeName: Types[column] } }
}

/** The Prisma client of a host whose schema has our models: any generator, any database, extended or not. */
export interface ChatPrismaClient {
  readonly chatUser: Columns<{
    id: 'String'
    tenantId: 'String'
    name: 'String'
    description: 'String'
    hostAvatarUrl: 'String'
    avatarMediaId: 'String'
    lastSeenAt: 'DateTime'
    createdAt: 'DateTime'
    changedAt: 'DateTime'
  }>
  readonly chatRoom: Columns<{
    id: 'String'
    tenantId: 'String'
    type: 'ChatRoomType'
    name: 'String'
    description: 'String'
    avatarMediaId: 'String'
    isPublic: 'Boolean'
    createdById: 'String'
    key: 'String'
    data: 'String'
    pairKey: 'String'
    isBlocked: 'Boolean'
    isOwnerless: 'Boolean'
    slowModeSeconds: 'Int'
    readReceipts: 'Boolean'
    historyRevision: 'Int'
    revision: 'Int'
    editedRevision: 'Int'
    erasedRevision: 'Int'
    purgedSeq: 'Int'
    retentionDays: 'Int'
    keptSince: 'Float'
    purgeHeldUntil: 'DateTime'
    lastMessageSeq: 'Int'
    memberCount: 'Int'
    lastMessageAt: 'DateTime'
    replySeq: 'Int'
    lastReplyAt: 'DateTime'
    changedAt: 'Float'
    createdAt: 'DateTime'
    updatedAt: 'DateTime'
    deletedAt: 'DateTime'
  }>
  readonly chatRoomUser: Columns<{
    roomId: 'String'
    userId: 'String'
    role: 'ChatRole'
    canAddUsers: 'Boolean'
    canRemoveUsers: 'Boolean'
    canCreateMessages: 'Boolean'
    canDeleteMessages: 'Boolean'
    canDeleteOwnMessages: 'Boolean'
    canEditMessages: 'Boolean'
    canEditOwnMessages: 'Boolean'
    canEditRoom: 'Boolean'
    canDeleteRoom: 'Boolean'
    muted: 'Boolean'
    mutedUntil: 'DateTime'
    notify: 'String'
    isPinned: 'Boolean'
    isMarkedUnread: 'Boolean'
    archivedAtSeq: 'Int'
    silencedUntil: 'DateTime'
    lastSentAt: 'DateTime'
    request: 'String'
    lastReadSeq: 'Int'
    lastSeenAt: 'DateTime'
    addedById: 'String'
    removedById: 'String'
    joinedAt: 'DateTime'
    leftAt: 'DateTime'
    joinedRevision: 'Int'
    joinedSeq: 'Int'
    revision: 'Int'
    meRevision: 'Int'
    meChangedAt: 'DateTime'
    scheduledRevision: 'Int'
  }>
  readonly chatMessage: Columns<{
    id: 'String'
    roomId: 'String'
    seq: 'Int'
    userId: 'String'
    clientId: 'String'
    bodyHash: 'String'
    kind: 'ChatMessageKind'
    text: 'String'
    replyToId: 'String'
    mentions: 'String'
    mentionsEveryone: 'Boolean'
    reactions: 'String'
    system: 'String'
    data: 'String'
    saidAs: 'String'
    forwardedFrom: 'String'
    threadId: 'String'
    threadSeq: 'Int'
    rootSeq: 'Int'
    thread: 'String'
    lastReplySeq: 'Int'
    lastReplyAt: 'DateTime'
    hasMedia: 'Boolean'
    createdRevision: 'Int'
    revision: 'Int'
    createdAt: 'DateTime'
    editedAt: 'DateTime'
    deletedAt: 'DateTime'
    pinnedAt: 'DateTime'
    pinnedById: 'String'
  }>
  readonly chatScheduledMessage: Columns<{
    id: 'String'
    roomId: 'String'
    userId: 'String'
    clientId: 'String'
    bodyHash: 'String'
    draft: 'String'
    sendAt: 'DateTime'
    dueAt: 'DateTime'
    failure: 'String'
    revision: 'Int'
    createdAt: 'DateTime'
  }>
  readonly chatUncountedMessage: Columns<{
    roomId: 'String'
    seq: 'Int'
  }>
  readonly chatPin: Columns<{
    roomId: 'String'
    revision: 'Int'
    messageId: 'String'
  }>
  readonly chatMessageEdit: Columns<{
    messageId: 'String'
    revision: 'Int'
    text: 'String'
    mentions: 'String'
    data: 'String'
    at: 'DateTime'
  }>
  readonly chatMention: Columns<{
    roomId: 'String'
    userId: 'String'
    seq: 'Int'
    authorId: 'String'
  }>
  readonly chatThreadReply: Columns<{
    threadId: 'String'
    seq: 'Int'
    messageId: 'String'
  }>
  readonly chatThreadFollower: Columns<{
    threadId: 'String'
    userId: 'String'
    roomId: 'String'
    isFollowing: 'Boolean'
    lastReadSeq: 'Int'
  }>
  readonly chatMedia: Columns<{
    id: 'String'
    uploadedById: 'String'
    storageKey: 'String'
    thumbnailKey: 'String'
    filename: 'String'
    contentType: 'String'
    byteSize: 'Int'
    width: 'Int'
    height: 'Int'
    durationMs: 'Int'
    sha256: 'String'
    createdAt: 'DateTime'
  }>
  readonly chatMessageMedia: Columns<{
    mediaId: 'String'
    messageId: 'String'
    sequence: 'Int'
  }>
  readonly chatMessageReaction: Columns<{
    id: 'String'
    messageId: 'String'
    roomId: 'String'
    userId: 'String'
    reaction: 'String'
    createdAt: 'DateTime'
  }>
  readonly chatSpentTicket: Columns<{
    id: 'String'
    expiresAt: 'DateTime'
  }>
  readonly chatNode: Columns<{
    id: 'String'
    aliveUntil: 'DateTime'
  }>
  readonly chatPresence: Columns<{
    userId: 'String'
    nodeId: 'String'
    sockets: 'Int'
    openedAt: 'DateTime'
    inFront: 'Boolean'
  }>
  readonly chatRevocation: Columns<{
    userId: 'String'
    id: 'String'
    expiresAt: 'DateTime'
  }>
  readonly chatBan: Columns<{
    roomId: 'String'
    userId: 'String'
    until: 'DateTime'
    reason: 'String'
    bannedById: 'String'
    createdAt: 'DateTime'
  }>
  readonly chatInvite: Columns<{
    id: 'String'
    roomId: 'String'
    codeHash: 'String'
    createdById: 'String'
    expiresAt: 'DateTime'
    uses: 'Int'
    usesLeft: 'Int'
    createdAt: 'DateTime'
  }>
  readonly chatBlock: Columns<{
    userId: 'String'
    blockedId: 'String'
    createdAt: 'DateTime'
  }>
  readonly chatReport: Columns<{
    id: 'String'
    roomId: 'String'
    messageId: 'String'
    authorId: 'String'
    reporterId: 'String'
    reason: 'String'
    text: 'String'
    copy: 'String'
    status: 'String'
    note: 'String'
    handledById: 'String'
    handledAt: 'DateTime'
    createdAt: 'DateTime'
  }>
  readonly chatAuditEntry: Columns<{
    id: 'String'
    action: 'String'
    actorId: 'String'
    roomId: 'String'
    userId: 'String'
    messageId: 'String'
    reason: 'String'
    details: 'String'
    createdAt: 'DateTime'
  }>
  readonly chatErasure: Columns<{
    id: 'String'
    userId: 'String'
    messages: 'String'
    step: 'Int'
    cursor: 'String'
    dueAt: 'DateTime'
    revision: 'Int'
    error: 'String'
    requestedAt: 'DateTime'
    finishedAt: 'DateTime'
  }>
  readonly chatSearchBlock: Columns<{
    roomId: 'String'
    number: 'Int'
    upTo: 'Int'
    lastAt: 'DateTime'
    filter: 'Bytes'
  }>
  readonly chatSubscription: Columns<{
    name: 'String'
    createdAt: 'DateTime'
    endedAt: 'DateTime'
  }>
  readonly chatSubscriptionPosition: Columns<{
    name: 'String'
    roomId: 'String'
    revision: 'Int'
    heldBy: 'String'
    heldUntil: 'Float'
    attempts: 'Int'
    error: 'String'
    failedAt: 'DateTime'
  }>
  readonly chatNotice: Columns<{
    userId: 'String'
    dueAt: 'Float'
    wantedAt: 'Float'
    heldBy: 'String'
    batchId: 'String'
    batch: 'String'
    attempts: 'Int'
    error: 'String'
    failedAt: 'DateTime'
  }>
  readonly chatNotified: Columns<{
    roomId: 'String'
    userId: 'String'
    seq: 'Int'
  }>
  /** Reads by SQL. */
  // biome-ignore lint/suspicious/noExplicitAny: every generated client types its raw queries in its own way
  $queryRawUnsafe(query: string, ...values: any[]): PromiseLike<any>
  /** Writes by SQL; gives the number of rows. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  $executeRawUnsafe(query: string, ...values: any[]): PromiseLike<any>
}

/** The models that a client must have; the keys of its delegates. */
export const modelNames = [
  'chatUser',
  'chatRoom',
  'chatRoomUser',
  'chatMessage',
  'chatScheduledMessage',
  'chatUncountedMessage',
  'chatPin',
  'chatMessageEdit',
  'chatMention',
  'chatThreadReply',
  'chatThreadFollower',
  'chatMedia',
  'chatMessageMedia',
  'chatMessageReaction',
  'chatSpentTicket',
  'chatNode',
  'chatPresence',
  'chatRevocation',
  'chatBan',
  'chatInvite',
  'chatBlock',
  'chatReport',
  'chatAuditEntry',
  'chatErasure',
  'chatSearchBlock',
  'chatSubscription',
  'chatSubscriptionPosition',
  'chatNotice',
  'chatNotified',
] as const satisfies readonly (keyof ChatPrismaClient)[]
