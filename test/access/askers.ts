/** Who asks, in the order of the table's columns. */
export const askers = ['nobody', 'stranger', 'leaver', 'without', 'with', 'owner', 'other'] as const
export type Asker = (typeof askers)[number]

/** Who stands to the rooms in other ways: what each is answered follows from the table by the rules of standings.ts. */
export const crowd = [
  // In the rooms: with what their role gives them, or with every permission.
  ...(['admin', 'coOwner', 'member', 'silenced', 'blocker', 'blocked', 'unseeing'] as const),
  // Outside.
  ...(['banned', 'removed', 'asked', 'refuser', 'moderator', 'foreigner', 'signedOut'] as const),
] as const
export type OfCrowd = (typeof crowd)[number]

/** `bystander` is in the rooms, and is whom most is done to. */
export type Somebody = Asker | OfCrowd | 'bystander'

export const kinds = ['private', 'group', 'channel', 'public'] as const
export type Kind = (typeof kinds)[number]

/** Where everybody is asked: beside those of the table a public group, a slow one, and one that was deleted. */
export const places = [...kinds, 'publicGroup', 'slow', 'gone'] as const
export type Place = (typeof places)[number]

/** What one asks about: the ids that stand in a path, a body or a frame. */
export const targetIds = [
  'roomId',
  'messageId',
  'reactionId',
  'mediaId',
  'reportId',
  'inviteId',
  'scheduledId',
  'code',
  'userId',
] as const
export type Target = Record<(typeof targetIds)[number], string>
