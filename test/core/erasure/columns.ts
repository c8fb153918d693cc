import type { ModelName, Stored } from '../../../src/store/client.js'

/** `theirs`: something of a user may stand there, which an erasure takes away; `no`: nothing that tells of anybody. */
type Holds = 'theirs' | 'no'

/**
 * What of a user each column holds. A table or a column that is new does not compile until somebody has decided here; and whatever is
 * `theirs` has to be there before the erasure, and gone after it.
 */
const columns: { [Model in ModelName]: Record<keyof Stored<Model>, Holds> } = {
  chatUser: {
    ...{ id: 'theirs', name: 'theirs', description: 'theirs', hostAvatarUrl: 'theirs', avatarMediaId: 'theirs' },
    ...{ tenantId: 'no', lastSeenAt: 'no', createdAt: 'no', changedAt: 'no' },
  },
  chatRoom: {
    // A room's name, description and data are the room's, whoever gave them.
    ...{ id: 'no', tenantId: 'no', type: 'no', name: 'no', description: 'no', avatarMediaId: 'theirs', isPublic: 'no' },
    ...{ createdById: 'theirs', key: 'no', data: 'no', pairKey: 'theirs', isBlocked: 'no', isOwnerless: 'no' },
    ...{ slowModeSeconds: 'no', readReceipts: 'no', historyRevision: 'no', revision: 'no', editedRevision: 'no' },
    ...{ purgedSeq: 'no', retentionDays: 'no', keptSince: 'no', purgeHeldUntil: 'no' },
    ...{ erasedRevision: 'no', lastMessageSeq: 'no', memberCount: 'no', lastMessageAt: 'no', replySeq: 'no' },
    ...{ lastReplyAt: 'no', changedAt: 'no', createdAt: 'no', updatedAt: 'no', deletedAt: 'no' },
  },
  chatRoomUser: {
    ...{ roomId: 'no', userId: 'theirs', role: 'no', canAddUsers: 'no', canRemoveUsers: 'no', canCreateMessages: 'no' },
    ...{ canDeleteMessages: 'no', canDeleteOwnMessages: 'no', canEditMessages: 'no', canEditOwnMessages: 'no' },
    ...{ canEditRoom: 'no', canDeleteRoom: 'no', muted: 'no', mutedUntil: 'no', notify: 'no', isPinned: 'no' },
    ...{ isMarkedUnread: 'no', archivedAtSeq: 'no', silencedUntil: 'no', lastSentAt: 'no', request: 'no' },
    ...{ lastReadSeq: 'no', lastSeenAt: 'no', addedById: 'theirs', removedById: 'theirs', joinedAt: 'no' },
    ...{ leftAt: 'no', joinedRevision: 'no', joinedSeq: 'no', revision: 'no', meRevision: 'no', meChangedAt: 'no' },
    scheduledRevision: 'no',
  },
  chatMessage: {
    ...{ id: 'no', roomId: 'no', seq: 'no', userId: 'theirs', clientId: 'theirs', bodyHash: 'no', kind: 'no' },
    ...{ text: 'theirs', replyToId: 'no', mentions: 'theirs', mentionsEveryone: 'no', reactions: 'theirs' },
    // The name under which the host's own code speaks is the host's.
    ...{ system: 'theirs', data: 'theirs', saidAs: 'no', forwardedFrom: 'theirs', threadId: 'no', threadSeq: 'no' },
    ...{
      rootSeq: 'no',
      thread: 'theirs',
      lastReplySeq: 'no',
      lastReplyAt: 'no',
      hasMedia: 'no',
      createdRevision: 'no',
    },
    ...{ revision: 'no', createdAt: 'no', editedAt: 'no', deletedAt: 'no', pinnedAt: 'no', pinnedById: 'theirs' },
  },
  chatScheduledMessage: {
    ...{ id: 'no', roomId: 'no', userId: 'theirs', clientId: 'theirs', bodyHash: 'no', draft: 'theirs', sendAt: 'no' },
    ...{ dueAt: 'no', failure: 'no', revision: 'no', createdAt: 'no' },
  },
  chatUncountedMessage: { roomId: 'no', seq: 'no' },
  chatPin: { roomId: 'no', revision: 'no', messageId: 'no' },
  chatMessageEdit: { messageId: 'no', revision: 'no', text: 'theirs', mentions: 'theirs', data: 'theirs', at: 'no' },
  chatMention: { roomId: 'no', userId: 'theirs', seq: 'no', authorId: 'theirs' },
  chatThreadReply: { threadId: 'no', seq: 'no', messageId: 'no' },
  chatThreadFollower: { threadId: 'no', userId: 'theirs', roomId: 'no', isFollowing: 'no', lastReadSeq: 'no' },
  chatMedia: {
    ...{ id: 'theirs', uploadedById: 'theirs', storageKey: 'theirs', thumbnailKey: 'theirs', filename: 'theirs' },
    ...{
      contentType: 'no',
      byteSize: 'no',
      width: 'no',
      height: 'no',
      durationMs: 'no',
      sha256: 'no',
      createdAt: 'no',
    },
  },
  chatMessageMedia: { mediaId: 'theirs', messageId: 'no', sequence: 'no' },
  chatMessageReaction: {
    ...{ id: 'no', messageId: 'no', roomId: 'no', userId: 'theirs', reaction: 'no', createdAt: 'no' },
  },
  chatSpentTicket: { id: 'no', expiresAt: 'no' },
  chatNode: { id: 'no', aliveUntil: 'no' },
  chatPresence: { userId: 'theirs', nodeId: 'no', sockets: 'no', openedAt: 'no', inFront: 'no' },
  // Until the last ticket of theirs has expired.
  chatRevocation: { userId: 'theirs', id: 'no', expiresAt: 'no' },
  chatBan: {
    ...{ roomId: 'no', userId: 'theirs', until: 'no', reason: 'theirs', bannedById: 'theirs', createdAt: 'no' },
  },
  chatInvite: {
    ...{ id: 'no', roomId: 'no', codeHash: 'no', createdById: 'theirs', expiresAt: 'no', uses: 'no', usesLeft: 'no' },
    createdAt: 'no',
  },
  chatBlock: { userId: 'theirs', blockedId: 'theirs', createdAt: 'no' },
  chatReport: {
    // The reason is a word of the application's.
    ...{ id: 'no', roomId: 'no', messageId: 'no', authorId: 'theirs', reporterId: 'theirs', reason: 'no' },
    ...{ text: 'theirs', copy: 'theirs', status: 'no', note: 'theirs', handledById: 'theirs', handledAt: 'no' },
    createdAt: 'no',
  },
  chatAuditEntry: {
    ...{ id: 'no', action: 'no', actorId: 'theirs', roomId: 'no', userId: 'theirs', messageId: 'no' },
    ...{ reason: 'theirs', details: 'no', createdAt: 'no' },
  },
  chatErasure: {
    ...{ id: 'no', userId: 'theirs', messages: 'no', step: 'no', cursor: 'no', dueAt: 'no', revision: 'no' },
    ...{ error: 'no', requestedAt: 'no', finishedAt: 'no' },
  },
  // Of the letters of up to 64 messages: that of a message goes with it.
  chatSearchBlock: { roomId: 'no', number: 'no', upTo: 'no', lastAt: 'no', filter: 'no' },
  chatNotice: {
    // What the host's own handler threw is the host's; a batch is of rooms.
    ...{ userId: 'theirs', dueAt: 'no', wantedAt: 'no', heldBy: 'no', batchId: 'no', batch: 'no', attempts: 'no' },
    ...{ error: 'no', failedAt: 'no' },
  },
  chatNotified: { roomId: 'no', userId: 'theirs', seq: 'no' },
  chatSubscription: { name: 'no', createdAt: 'no', endedAt: 'no' },
  // What the host's own handler threw.
  chatSubscriptionPosition: {
    ...{ name: 'no', roomId: 'no', revision: 'no', heldBy: 'no', heldUntil: 'no', attempts: 'no', error: 'no' },
    failedAt: 'no',
  },
}

/** The columns in which something of a user stands. */
export const theirs: string[] = Object.entries(columns).flatMap(([model, of]) =>
  Object.entries(of).flatMap(([column, holds]) => (holds === 'theirs' ? [`${model}.${column}`] : [])),
)
