import { everyone } from '../composer/mentions.js'
import type { Inline } from './inline-parts.js'
import { type Block, blocksOf, isEmojiOnly } from './message-parts.js'

interface MessageTextProps {
  text: string
  /** Names of those who are mentioned in it. */
  names: readonly string[]
  /** Everyone is mentioned in it. */
  namesEveryone?: boolean
  /** My own, which stands out more. */
  myName: string
}

export function MessageText({ text, names, namesEveryone = false, myName }: MessageTextProps) {
  const all = namesEveryone ? [...names, everyone.name] : names
  const me = [`@${myName}`, ...(namesEveryone ? [`@${everyone.name}`] : [])]
  return (
    <div className={`message-text ${isEmojiOnly(text) ? 'large' : ''}`} dir="auto">
      {blocksOf(text, all).map((block, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other name.
        <TextBlock key={n} block={block} me={me} />
      ))}
    </div>
  )
}

/** `me`: the mentions that mean me. */
function TextBlock({ block, me }: { block: Block; me: readonly string[] }) {
  if (block.kind === 'code') return <code className="code-block">{block.text}</code>
  if (block.kind === 'text') return <Parts parts={block.parts} me={me} />
  if (block.kind === 'quote') {
    return (
      <blockquote>
        <Parts parts={block.parts} me={me} />
      </blockquote>
    )
  }
  const items = block.items.map((parts, n) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: likewise.
    <li key={n}>
      <Parts parts={parts} me={me} />
    </li>
  ))
  return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>
}

function Parts({ parts, me }: { parts: readonly Inline[]; me: readonly string[] }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: likewise.
  return parts.map((part, n) => <Part key={n} part={part} me={me} />)
}

function Part({ part, me }: { part: Inline; me: readonly string[] }) {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'code':
      return <code>{part.text}</code>
    case 'mention':
      return <mark className={`mention ${me.includes(part.text) ? 'me' : ''}`}>{part.text}</mark>
    case 'link':
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer">
          {part.text}
        </a>
      )
    case 'bold':
      return (
        <strong>
          <Parts parts={part.parts} me={me} />
        </strong>
      )
    case 'italic':
      return (
        <em>
          <Parts parts={part.parts} me={me} />
        </em>
      )
    case 'struck':
      return (
        <s>
          <Parts parts={part.parts} me={me} />
        </s>
      )
  }
}
