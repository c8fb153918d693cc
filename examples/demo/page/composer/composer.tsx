import type { ShownMessage } from 'express-chat/client'
import { useMessages, useRoom, useUpload } from 'express-chat/react'
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { EmojiPicker } from '../design/emoji-picker.js'
import { IconButton } from '../design/icon-button.js'
import { useOverlays } from '../design/overlays.js'
import { summary } from '../messages/summary.js'
import { userName } from '../people/user-name.js'
import { MentionList } from './mention-list.js'
import { UploadTray } from './upload-tray.js'
import { useMentions } from './use-mentions.js'
import './composer.css'

const mostFiles = 10
const tallestPx = 192

/** What the next text is about: a reply to a message, or another text for one. */
export interface Subject {
  kind: 'reply' | 'edit'
  message: ShownMessage
}

export interface ComposerHandle {
  addFiles(files: Iterable<File>): void
  focus(): void
}

interface ComposerProps {
  ref: Ref<ComposerHandle>
  roomId: string
  /** One is kept for each room that was opened, so that what is begun in it waits there. */
  hidden: boolean
  subject: Subject | null
  onSubject(subject: Subject | null): void
  /** The last message of mine should be edited. */
  onEditLast(): void
}

/** Where messages are written: new ones, replies and edits. */
export function Composer({ ref, roomId, hidden, subject, onSubject, onEditLast }: ComposerProps) {
  const { handle: room } = useRoom(roomId)
  const { handle: messages, hasAfter } = useMessages(roomId)
  const uploads = useUpload()
  const { attempt, toast } = useOverlays()
  const listId = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState('')
  const [edited, setEdited] = useState('')
  const [emojiAnchor, setEmojiAnchor] = useState<HTMLElement | null>(null)
  const isEditing = subject?.kind === 'edit'
  const [text, setText] = isEditing ? [edited, setEdited] : [draft, setDraft]
  const mentions = useMentions(roomId, field, setText)
  const isEmpty = text.trim() === '' && (isEditing || uploads.media.length === 0)
  const hasFailed = uploads.uploads.some(({ status }) => status === 'failed')
  const isWaiting = !isEditing && (uploads.isUploading || hasFailed)

  const addFiles = (files: Iterable<File>) => {
    const list = [...files]
    const room = mostFiles - uploads.uploads.length
    for (const file of list.slice(0, room)) uploads.add(file)
    if (list.length > room) toast(`A message carries ${mostFiles} files at most`)
    field.current?.focus()
  }
  useImperativeHandle(ref, () => ({ addFiles, focus: () => field.current?.focus() }))

  useEffect(() => {
    if (subject?.kind === 'edit') setEdited(subject.message.text)
    if (subject) field.current?.focus()
  }, [subject])
  // biome-ignore lint/correctness/useExhaustiveDependencies: its height follows the text, also the one that was waiting while it was hidden.
  useLayoutEffect(() => {
    const { current } = field
    if (!current || hidden) return
    current.style.height = 'auto'
    current.style.height = `${Math.min(current.scrollHeight, tallestPx)}px`
  }, [text, hidden])

  async function submit() {
    if (isEmpty || isWaiting) return
    const trimmed = text.trim()
    room.typing.stop()
    mentions.close()
    if (subject?.kind === 'edit') {
      onSubject(null)
      if (trimmed !== subject.message.text) await attempt(() => messages.edit(subject.message.id, trimmed))
      return
    }
    if (hasAfter) messages.jumpToLatest()
    const sent = messages.send({
      text: trimmed,
      media: uploads.media,
      replyTo: subject?.message,
      mentions: mentions.idsIn(trimmed),
    })
    // The timeline tells what became of it.
    sent.catch(() => undefined)
    setDraft('')
    uploads.clear()
    onSubject(null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also confirms a word in an input method.
    if (event.nativeEvent.isComposing || mentions.onKeyDown(event)) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      submit()
    } else if (event.key === 'Escape' && subject) {
      event.stopPropagation()
      onSubject(null)
    } else if (event.key === 'ArrowUp' && text === '' && !subject) {
      event.preventDefault()
      onEditLast()
    }
  }
  const change = (value: string) => {
    setText(value)
    mentions.look()
    if (isEditing) return
    if (value.trim() === '') room.typing.stop()
    else room.typing.start()
  }
  const insert = (emoji: string) => {
    const at = field.current?.selectionStart ?? text.length
    change(text.slice(0, at) + emoji + text.slice(at))
    field.current?.focus()
  }
  return (
    <form
      className="composer"
      hidden={hidden}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="composer-box">
        {subject && <SubjectLine subject={subject} onCancel={() => onSubject(null)} />}
        {!isEditing && <UploadTray {...uploads} />}
        {mentions.users.length > 0 && (
          <MentionList id={listId} users={mentions.users} at={mentions.at} onChoose={mentions.choose} />
        )}
        <div className="composer-line">
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label="Files"
            onChange={(event) => {
              addFiles(event.target.files ?? [])
              event.target.value = ''
            }}
          />
          <IconButton
            icon="attach"
            label="Add pictures or files"
            disabled={isEditing}
            onClick={() => picker.current?.click()}
          />
          <textarea
            ref={field}
            rows={1}
            value={text}
            placeholder="Write a message"
            aria-label="Message"
            aria-describedby={`${listId}-hint`}
            aria-autocomplete="list"
            aria-controls={mentions.users.length > 0 ? listId : undefined}
            aria-activedescendant={mentions.users.length > 0 ? `${listId}-${mentions.at}` : undefined}
            enterKeyHint="send"
            dir="auto"
            onChange={(event) => change(event.target.value)}
            onKeyDown={onKeyDown}
            onBlur={mentions.close}
            onPaste={(event) => {
              if (event.clipboardData.files.length === 0 || isEditing) return
              event.preventDefault()
              addFiles(event.clipboardData.files)
            }}
          />
          <span id={`${listId}-hint`} className="for-screen-readers">
            Enter sends, Shift and Enter begins a new line, @ mentions somebody
          </span>
          <IconButton icon="smile" label="Emoji" onClick={(event) => setEmojiAnchor(event.currentTarget)} />
          <IconButton
            icon={isEditing ? 'check' : 'send'}
            label={isEditing ? 'Save' : 'Send'}
            type="submit"
            className="primary"
            disabled={isEmpty || isWaiting}
          />
        </div>
      </div>
      {emojiAnchor && (
        <EmojiPicker anchor={emojiAnchor} label="Emoji" onPick={insert} onClose={() => setEmojiAnchor(null)} />
      )}
    </form>
  )
}

function SubjectLine({ subject: { kind, message }, onCancel }: { subject: Subject; onCancel(): void }) {
  return (
    <div className="composer-subject">
      <span className="grow">
        <b>{kind === 'edit' ? 'Edit your message' : `Reply to ${userName(message.user)}`}</b>
        <span className="ellipsis" dir="auto">
          {summary(message)}
        </span>
      </span>
      <IconButton icon="close" label="Cancel" small onClick={onCancel} />
    </div>
  )
}
