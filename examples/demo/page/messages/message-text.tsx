import { isEmojiOnly, type Part, partsOf } from './message-parts.js'

interface MessageTextProps {
  text: string
  /** Names of those who are mentioned in it. */
  names: readonly string[]
  /** My own, which stands out more. */
  myName: string
}

export function MessageText({ text, names, myName }: MessageTextProps) {
  return (
    <span className={`message-text ${isEmojiOnly(text) ? 'large' : ''}`} dir="auto">
      {partsOf(text, names).map((part, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other name.
        <TextPart key={n} part={part} isMe={part.text === `@${myName}`} />
      ))}
    </span>
  )
}

function TextPart({ part: { kind, text }, isMe }: { part: Part; isMe: boolean }) {
  if (kind === 'text') return text
  if (kind === 'code') return <code>{text}</code>
  if (kind === 'block') return <code className="code-block">{text}</code>
  if (kind === 'mention') return <mark className={`mention ${isMe ? 'me' : ''}`}>{text}</mark>
  return (
    <a href={text} target="_blank" rel="noopener noreferrer">
      {text}
    </a>
  )
}
