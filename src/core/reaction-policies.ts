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
   * that already stands, and for one to take back that does not stand as it was said.
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
const selectors = /[\uFE0E\uFE0F]/g
/** What is text by itself, and an emoji by the selector behind it or the skin tone that follows. */
const symbols = /(?=\p{Emoji})\P{Emoji_Presentation}(?!\p{Emoji_Modifier})/gu

/**
 * Any one emoji, in the form that Unicode recommends, whichever of its selectors a keyboard gave or left out: ❤ is taken
 * as ❤️.
 */
export const emoji = (): ReactionPolicy => ({
  accept: (reaction) => {
    const recommended = reaction.replaceAll(selectors, '').replaceAll(symbols, '$&\uFE0F')
    return singleEmoji.test(recommended) && recommended
  },
})

/** Any text of up to so many characters, without spaces at its ends. */
export const anyText = ({ maxLength = 32 }: { maxLength?: number } = {}): ReactionPolicy => ({
  accept: (reaction) => {
    const trimmed = reaction.trim()
    return trimmed !== '' && [...trimmed].length <= maxLength && trimmed
  },
})
