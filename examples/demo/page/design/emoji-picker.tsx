import { type KeyboardEvent, useRef, useState } from 'react'
import { type Emoji, emojis, quickEmojis } from './emoji.js'
import { hasFinePointer } from './focus.js'
import { IconButton } from './icon-button.js'
import { Popover } from './popover.js'
import { useRoving } from './roving.js'
import { SearchField } from './search-field.js'
import './emoji-picker.css'

const columns = 8

interface EmojiPickerProps {
  anchor: HTMLElement
  label: string
  /** Begins with a few, and a button for all. */
  isQuick?: boolean
  onPick(emoji: string): void
  onClose(): void
}

export function EmojiPicker({ anchor, label, isQuick = false, onPick, onClose }: EmojiPickerProps) {
  const [isFull, setIsFull] = useState(!isQuick)
  const pick = (emoji: string) => {
    onClose()
    onPick(emoji)
  }
  return (
    <Popover anchor={anchor} label={label} className={isFull ? 'emoji-picker' : 'emoji-picker quick'} onClose={onClose}>
      {isFull ? (
        <EmojiGrid wasAskedFor={isQuick} onPick={pick} />
      ) : (
        <QuickEmojis onPick={pick} onMore={() => setIsFull(true)} />
      )}
    </Popover>
  )
}

export function QuickEmojis({ onPick, onMore }: { onPick(emoji: string): void; onMore(): void }) {
  const roving = useRoving<HTMLDivElement>({ items: 'button', layout: 'horizontal', wraps: true })
  return (
    <div className="emoji-quick" role="toolbar" aria-label="Reactions" {...roving}>
      {quickEmojis.map((each) => (
        <EmojiButton key={each.emoji} {...each} onPick={onPick} />
      ))}
      <IconButton icon="plus" label="More emoji" tabIndex={-1} onClick={onMore} />
    </div>
  )
}

interface EmojiGridProps {
  /** It takes the place of the few, with the focus that was there. */
  wasAskedFor: boolean
  onPick(emoji: string): void
}

function EmojiGrid({ wasAskedFor, onPick }: EmojiGridProps) {
  const [q, setQ] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const { ref: grid, ...roving } = useRoving<HTMLDivElement>({ items: '.emoji', layout: columns })
  const found = emojis.filter(({ words }) => words.includes(q.trim().toLowerCase()))
  const firstEmoji = () => grid.current?.querySelector('button')
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target === field.current) {
      if (event.key !== 'Enter' && event.key !== 'ArrowDown') return
      // Enter would arrive as a new line where the focus goes.
      event.preventDefault()
      if (event.key === 'ArrowDown') firstEmoji()?.focus()
      else if (found[0]) onPick(found[0].emoji)
      return
    }
    roving.onKeyDown(event)
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    // Above the first line is the field, and what one types belongs into it.
    const isUp = event.key === 'ArrowUp'
    if (isUp) event.preventDefault()
    if (isUp || (event.key.length === 1 && event.key !== ' ')) field.current?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys come up from the field and the buttons in it.
    <div onKeyDown={onKeyDown}>
      <SearchField
        ref={field}
        autoFocus={wasAskedFor && hasFinePointer()}
        label="Search emoji"
        value={q}
        onChange={(event) => setQ(event.target.value)}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms. */}
      <div ref={grid} className="emoji-grid" role="group" aria-label="Emoji" onFocus={roving.onFocus}>
        {found.map((each) => (
          <EmojiButton key={each.emoji} {...each} onPick={onPick} />
        ))}
      </div>
    </div>
  )
}

function EmojiButton({ emoji, words, onPick }: Emoji & { onPick(emoji: string): void }) {
  return (
    <button
      type="button"
      className="emoji"
      tabIndex={-1}
      aria-label={`${emoji} ${words}`}
      title={words}
      onClick={() => onPick(emoji)}
    >
      {emoji}
    </button>
  )
}
