import { type ComponentProps, type RefObject, useLayoutEffect } from 'react'
import { MentionList } from './mention-list.js'
import type { Mentions } from './use-mentions.js'

const tallestPx = 192

interface MessageFieldProps extends Omit<ComponentProps<'textarea'>, 'ref' | 'id'> {
  ref: RefObject<HTMLTextAreaElement | null>
  /** Begins the ids of what belongs to it. */
  id: string
  value: string
  isHidden: boolean
  mentions: Mentions
}

/** As high as its text, with the people who may be meant above it. */
export function MessageField({ ref, id, value, isHidden, mentions, ...rest }: MessageFieldProps) {
  const isOffering = mentions.users.length > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: its height follows the text, also the one that was waiting while it was hidden.
  useLayoutEffect(() => {
    const { current } = ref
    if (!current || isHidden) return
    current.style.height = 'auto'
    current.style.height = `${Math.min(current.scrollHeight, tallestPx)}px`
  }, [value, isHidden])
  return (
    <>
      {isOffering && <MentionList id={id} users={mentions.users} at={mentions.at} onChoose={mentions.choose} />}
      <textarea
        ref={ref}
        rows={1}
        value={value}
        placeholder="Write a message"
        aria-label="Message"
        aria-describedby={`${id}-hint`}
        aria-autocomplete="list"
        aria-controls={isOffering ? id : undefined}
        aria-activedescendant={isOffering ? `${id}-${mentions.at}` : undefined}
        enterKeyHint="send"
        dir="auto"
        onBlur={mentions.close}
        {...rest}
      />
      <span id={`${id}-hint`} className="for-screen-readers">
        Press Enter to send, Shift and Enter for a new line, @ to mention somebody
      </span>
    </>
  )
}
