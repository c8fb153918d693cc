import type { Message } from 'express-chat/client'
import { useMessageSearch } from 'express-chat/react'
import { useRef, useState } from 'react'
import { explain } from '../design/explain.js'
import { enterList, useRoving } from '../design/roving.js'
import { SearchField } from '../design/search-field.js'
import { roughTime } from '../design/time.js'
import { userName } from '../people/user-name.js'
import { SidePanel } from './panel.js'

interface SearchPanelProps {
  roomId: string
  onJump(to: Message): void
  onClose(): void
}

/** Finds messages of a room by their text; a click goes there. */
export function SearchPanel({ roomId, onJump, onClose }: SearchPanelProps) {
  const [typed, setTyped] = useState('')
  const q = typed.trim()
  const field = useRef<HTMLInputElement>(null)
  const list = useRoving<HTMLUListElement>({ items: 'button', above: field })
  const { items, isLoading, error, hasMore, loadMore } = useMessageSearch(roomId, q)
  const status = error ? explain(error) : isLoading ? 'Searching…' : q && 'No messages found'
  return (
    <SidePanel title="Search" onClose={onClose}>
      <SearchField
        label="Search messages"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        ref={field}
        onKeyDown={(event) => enterList(event, list.ref)}
      />
      <ul aria-label="Found messages" {...list}>
        {items.map((message) => (
          <li key={message.id}>
            <button type="button" className="found-message" tabIndex={-1} onClick={() => onJump(message)}>
              <span>
                <b className="ellipsis">{userName(message.user)}</b>
                <time dateTime={message.createdAt}>{roughTime(message.createdAt)}</time>
              </span>
              <span className="excerpt" dir="auto">
                <Excerpt text={message.text} q={q} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="button" onClick={loadMore}>
          Show more
        </button>
      )}
      <p className="hint" role="status">
        {items.length === 0 && status}
      </p>
    </SidePanel>
  )
}

const contextLength = 60

/** The part of a text around what was searched for. */
function Excerpt({ text, q }: { text: string; q: string }) {
  const at = text.toLowerCase().indexOf(q.toLowerCase())
  if (at < 0 || q === '') return text
  const start = Math.max(0, at - contextLength)
  return (
    <>
      {start > 0 && '…'}
      {text.slice(start, at)}
      <mark>{text.slice(at, at + q.length)}</mark>
      {text.slice(at + q.length)}
    </>
  )
}
