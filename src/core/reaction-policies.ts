import type { RoomType } from '../contract/permissions.js'
import { bool, type Check, checkCall, func, number, object, refuse } from './option-checks.js'

/** What a reaction policy is told. */
export interface ReactionContext {
  /** What is reacted to. */
  message: {
    /** The message's id. */
    id: string
    /** Who wrote it; null where the host's own code did. */
    userId: string | null
    /** What it says. */
    text: string
  }
  /** Where it was said. */
  room: {
    /** The room's id. */
    id: string
    /** What kind of room it is. */
    type: RoomType
  }
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

/** Who may react: every member, or those alone who may write. */
export type WhoReacts = 'members' | 'writers'

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
export const anyText = (options: { maxLength?: number } = {}): ReactionPolicy => {
  checkCall('anyText', options, checkAnyText, 'anyText({ maxLength: 32 })')
  const { maxLength = 32 } = options
  return {
    accept: (reaction) => {
      const trimmed = reaction.trim()
      return trimmed !== '' && [...trimmed].length <= maxLength && trimmed
    },
  }
}

export const checkCanReact: Check = (value, name) => {
  if (value !== 'members' && value !== 'writers') refuse(name, value, "give 'members' or 'writers'")
}

const checkAnyText = object<{ maxLength?: number }>({ maxLength: number(1, Number.MAX_SAFE_INTEGER) })

const checkPolicy = object<ReactionPolicy>(
  { accept: func('give a function (reaction) => boolean'), exclusive: bool },
  { required: ['accept'], mend: 'give emoji(), likeDislike(), anyText() or a function (reaction) => boolean' },
)

export const checkReactions: Check = (value, name) => {
  if (typeof value === 'function') return
  const one = Array.isArray(value) && value.map((each) => JSON.stringify(each)).join(', ')
  if (one !== false) refuse(name, value, `give a function: (reaction) => [${one}].includes(reaction)`)
  checkPolicy(value, name)
}
