import type { RoomType } from '../contract/permissions.js'

/** What a reaction policy is told. */
export interface ReactionContext {
  message: { id: string; userId: string | null; text: string }
  room: { id: string; type: RoomType }
  /** The id of the user who reacts. */
  actor: string
}

/** Which reactions are allowed. */
export interface ReactionPolicy {
  /**
   * Called before a reaction is stored. True lets it through, false refuses it (422 `reaction_not_allowed`), a text
   * stands for the reaction in its normal form. Throwing is an error of the host's (500). May be called for a reaction
   * that already stands.
   */
  accept(reaction: string, context: ReactionContext): boolean | string | Promise<boolean | string>
  /** Whether a user's new reaction to a message takes the place of the one before. */
  exclusive?: boolean
}

/** `like` or `dislike`, one of the two for each user. */
export const likeDislike = (): ReactionPolicy => ({
  accept: (reaction) => reaction === 'like' || reaction === 'dislike',
  exclusive: true,
})

const singleEmoji = /^\p{RGI_Emoji}$/v

/** Any one emoji; a symbol without its emoji selector (❤) is taken as the emoji (❤️). */
export const emoji = (): ReactionPolicy => ({
  accept: (reaction) => {
    if (singleEmoji.test(reaction)) return true
    const asEmoji = `${reaction}\uFE0F`
    return singleEmoji.test(asEmoji) && asEmoji
  },
})

/** Any text of up to so many characters, without spaces at its ends. */
export const anyText = ({ maxLength = 32 }: { maxLength?: number } = {}): ReactionPolicy => ({
  accept: (reaction) => {
    const trimmed = reaction.trim()
    return trimmed !== '' && [...trimmed].length <= maxLength && trimmed
  },
})
