import { useRoom, useUpload } from 'express-chat/react'
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
import { focusOpened } from '../design/focus.js'
import { IconButton } from '../design/icon-button.js'
import { useOverlays } from '../design/overlays.js'
import { fullTime } from '../design/time.js'
import { useChange } from '../messages/use-change.js'
import { usePlace } from '../messages/use-place.js'
import { FileButton } from './file-button.js'
import { askBeforeLeaving } from './leaving.js'
import { charactersLeft, useTextLimit } from './limits.js'
import { LocationButton } from './location-button.js'
import { MessageField } from './message-field.js'
import { LaterDialog, type LaterDialogName, SendLater } from './send-later.js'
import { obstacleOf, SendNote } from './send-note.js'
import { type Subject, SubjectLine } from './subject-line.js'
import { UploadTray } from './upload-tray.js'
import { useMentions } from './use-mentions.js'
import { useSlowMode } from './use-slow-mode.js'
import { useTextField } from './use-text-field.js'
import { VoiceButton } from './voice-recorder.js'
import './composer.css'

const mostFiles = 10

export interface ComposerHandle {
  addFiles(files: Iterable<File>): void
}

interface ComposerProps {
  ref?: Ref<ComposerHandle>
  roomId: string
  /** The message in whose thread it is written; in the room itself without one. */
  threadId?: string
  myId: string
  /** One is kept for each room that was opened, so that what is begun in it waits there. */
  hidden: boolean
  subject: Subject | null
  onSubject(subject: Subject | null): void
  /** The last message of mine should be edited. */
  onEditLast(): void
}

/** Where messages are written: new ones, replies and edits. */
export function Composer({ ref, roomId, threadId, myId, hidden, subject, onSubject, onEditLast }: ComposerProps) {
  const { handle: room } = useRoom(roomId)
  const { handle: messages, hasAfter } = usePlace(roomId, threadId).window
  const [alsoInRoom, setAlsoInRoom] = useState(false)
  const uploads = useUpload()
  const { attempt, toast } = useOverlays()
  const changing = useChange()
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [emojiAnchor, setEmojiAnchor] = useState<HTMLElement | null>(null)
  const [laterDialog, setLaterDialog] = useState<LaterDialogName | null>(null)
  const kept = threadId === undefined ? room.draft : room.thread(threadId).draft
  const draft = useTextField(field, kept.getSnapshot())
  const edited = useTextField(field, '')
  const isEditing = subject !== null && subject.kind !== 'reply'
  const limit = useTextLimit()
  const { text, change, put } = isEditing ? edited : draft
  const mentions = useMentions(roomId, field, put)
  const { media = [], files = uploads.files, data = null } = isEditing ? { files: [], ...subject.message } : {}
  const isEmpty = text.trim() === '' && media.length + files.length === 0 && !data
  const slowSeconds = useSlowMode(roomId, myId)
  const pause = isEditing || slowSeconds === 0 || isEmpty ? null : `Slow mode: you can write again in ${slowSeconds} s.`
  const obstacle = obstacleOf(text, limit, isEditing ? [] : uploads.uploads) ?? pause
  const cannotSend = isEmpty || obstacle !== null
  // What is sent later is kept by the server, which has to have all of it.
  const cannotWait = cannotSend || uploads.media.length < uploads.files.length

  const addFiles = (files: Iterable<File>) => {
    const list = [...files]
    const space = mostFiles - uploads.uploads.length
    for (const file of list.slice(0, space)) uploads.add(file)
    if (list.length > space) toast(`A message can carry ${mostFiles} files`)
    field.current?.focus()
  }
  useImperativeHandle(ref, () => ({ addFiles }))

  useEffect(() => kept.set(draft.text), [kept, draft.text])
  useEffect(() => {
    if (!hidden) focusOpened(field.current)
  }, [hidden])
  const editText = edited.put
  useLayoutEffect(() => {
    if (subject && subject.kind !== 'reply') editText(subject.message.text, subject.message.text.length)
    else if (subject) field.current?.focus()
  }, [subject, editText])

  async function replace({ kind, message }: Subject, to: string) {
    if (to === message.text && kind === 'edit') return
    const { clientId, replyTo, data, alsoInRoom } = message
    const said = { text: to, ...mentions.in(to, message) }
    if (kind === 'edit') await changing(() => messages.edit(message.id, said))
    else if (clientId)
      messages.revise(clientId, { ...said, media, files, replyTo, data, alsoInRoom }).catch(() => undefined)
  }
  function submit() {
    if (cannotSend) return
    const trimmed = text.trim()
    room.typing.stop()
    mentions.close()
    field.current?.focus()
    onSubject(null)
    if (isEditing) return replace(subject, trimmed)
    if (hasAfter) messages.jumpToLatest()
    const sent = messages.send({
      text: trimmed,
      files,
      replyTo: subject?.message,
      ...mentions.in(trimmed),
      alsoInRoom,
    })
    setAlsoInRoom(false)
    askBeforeLeaving(files)
    // The timeline tells what became of it.
    sent.catch(() => undefined)
    draft.change('')
    uploads.clear()
  }
  async function sendLater(sendAt: Date) {
    const said = { text: text.trim(), mediaIds: uploads.media.map((item) => item.id), ...mentions.in(text.trim()) }
    const thread = threadId === undefined ? {} : { threadId, alsoInRoom }
    const replyToId = subject?.message.id
    await attempt(async () => {
      await room.scheduled.create({ ...said, ...thread, replyToId, sendAt: sendAt.toISOString() })
      toast(`It will be sent ${fullTime(sendAt.toISOString())}`)
      onSubject(null)
      draft.change('')
      uploads.clear()
    })
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
  const tellTyping = (value: string) => {
    if (isEditing || threadId !== undefined) return
    if (value.trim() === '') room.typing.stop()
    else room.typing.start()
  }
  const insert = (emoji: string) => {
    const { selectionStart = text.length, selectionEnd = text.length } = field.current ?? {}
    put(text.slice(0, selectionStart) + emoji + text.slice(selectionEnd), selectionStart + emoji.length)
    tellTyping(emoji)
  }
  return (
    <>
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
          {!isEditing && <UploadTray {...uploads} field={field} />}
          <SendNote left={charactersLeft(text, limit)} obstacle={obstacle} />
          <div className="composer-line">
            <FileButton isDisabled={isEditing} onFiles={addFiles} />
            <LocationButton roomId={roomId} isDisabled={isEditing} />
            <VoiceButton isDisabled={isEditing} isHidden={hidden} onFile={(file) => addFiles([file])} />
            <MessageField
              ref={field}
              id={id}
              value={text}
              isHidden={hidden}
              mentions={mentions}
              onChange={({ target: { value } }) => {
                change(value)
                mentions.look()
                tellTyping(value)
              }}
              onKeyDown={onKeyDown}
              onPaste={(event) => {
                if (event.clipboardData.files.length === 0 || isEditing) return
                event.preventDefault()
                addFiles(event.clipboardData.files)
              }}
            />
            <IconButton
              icon="smile"
              label="Emoji"
              aria-haspopup="dialog"
              aria-expanded={emojiAnchor !== null}
              onClick={({ currentTarget }) => setEmojiAnchor(emojiAnchor ? null : currentTarget)}
            />
            {!isEditing && (
              <SendLater roomId={roomId} isDisabled={cannotWait} onChoose={sendLater} onOpen={setLaterDialog} />
            )}
            <IconButton
              icon={isEditing ? 'check' : 'send'}
              label={isEditing ? 'Save' : 'Send'}
              type="submit"
              className="primary"
              disabled={cannotSend}
              // Focus stays in the text, and with it the keyboard of a phone.
              onPointerDown={(event) => event.preventDefault()}
            />
          </div>
        </div>
        {threadId !== undefined && !isEditing && (
          <label className="also-in-room">
            <input type="checkbox" checked={alsoInRoom} onChange={({ target }) => setAlsoInRoom(target.checked)} />
            Also send to the room
          </label>
        )}
        {emojiAnchor && !hidden && (
          <EmojiPicker anchor={emojiAnchor} label="Emoji" onPick={insert} onClose={() => setEmojiAnchor(null)} />
        )}
      </form>
      {laterDialog && (
        <LaterDialog name={laterDialog} roomId={roomId} onChoose={sendLater} onClose={() => setLaterDialog(null)} />
      )}
    </>
  )
}
