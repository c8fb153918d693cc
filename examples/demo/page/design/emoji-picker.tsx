import { type KeyboardEvent, useState } from 'react'
import { type Emoji, emojis, quickEmojis } from './emoji.js'
import { IconButton } from './icon-button.js'
import { Popover } from './popover.js'
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
    <Popover
      key={String(isFull)}
      anchor={anchor}
      label={label}
      className={isFull ? 'emoji-picker' : 'emoji-picker quick'}
      onClose={onClose}
    >
      {isFull ? <EmojiGrid onPick={pick} /> : <QuickEmojis onPick={pick} onMore={() => setIsFull(true)} />}
    </Popover>
  )
}

/** Moves focus in a grid by the arrows. */
function moveInGrid(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key]
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
  if (!step) return
  const next = at < 0 ? buttons[0] : buttons[at + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}

export function QuickEmojis({ onPick, onMore }: { onPick(emoji: string): void; onMore(): void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms.
    <div className="emoji-quick" role="group" aria-label="Reactions" onKeyDown={moveInGrid}>
      {quickEmojis.map((each) => (
        <EmojiButton key={each.emoji} {...each} onPick={onPick} />
      ))}
      <IconButton icon="plus" label="More emoji" onClick={onMore} />
    </div>
  )
}

function EmojiGrid({ onPick }: { onPick(emoji: string): void }) {
  const [q, setQ] = useState('')
  const found = emojis.filter(({ words }) => words.includes(q.trim().toLowerCase()))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys come up from the field and the buttons in it.
    <div onKeyDown={moveInGrid}>
      <SearchField
        label="Search emoji"
        value={q}
        onChange={(event) => setQ(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found[0]) onPick(found[0].emoji)
        }}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms. */}
      <div className="emoji-grid" role="group" aria-label="Emoji">
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
      aria-label={`${emoji} ${words}`}
      title={words}
      onClick={() => onPick(emoji)}
    >
      {emoji}
    </button>
  )
}
