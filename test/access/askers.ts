/** Who asks, in the order of the table's columns. */
export const askers = ['nobody', 'stranger', 'leaver', 'without', 'with', 'owner', 'other'] as const
export type Asker = (typeof askers)[number]

/** Others who are in the rooms, with exactly what their role gives them. */
export type Somebody = Asker | 'admin' | 'bystander'

export const kinds = ['private', 'group', 'channel', 'public'] as const
export type Kind = (typeof kinds)[number]

/** What one asks about: the ids that stand in a path, a body or a frame. */
export const targetIds = ['roomId', 'messageId', 'reactionId', 'mediaId', 'reportId', 'userId'] as const
export type Target = Record<(typeof targetIds)[number], string>
