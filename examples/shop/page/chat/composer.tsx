import { useChatClient, useDraft, useUpload } from 'express-chat/react'
import { type ChangeEvent, type FormEvent, type KeyboardEvent, useRef } from 'react'

/** What is begun here is kept over a reload, and in other tabs. */
export function Composer({ roomId }: { roomId: string }) {
  const room = useChatClient().room(roomId)
  const [text, setText] = useDraft(roomId)
  const uploads = useUpload()
  const picker = useRef<HTMLInputElement>(null)

  const send = () => {
    if (text.trim() === '' && uploads.files.length === 0) return
    // Whatever goes wrong with it is shown with the message.
    room.messages.send({ text: text.trim(), files: uploads.files }).catch(() => undefined)
    setText('')
    uploads.clear()
    room.typing.stop()
  }
  const write = ({ target }: ChangeEvent<HTMLTextAreaElement>) => {
    setText(target.value)
    room.typing.start()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    for (const file of target.files ?? []) uploads.add(file)
    target.value = ''
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  return (
    <form className="composer" onSubmit={submit}>
      {uploads.uploads.length > 0 && (
        <ul className="uploads" aria-label="Files">
          {uploads.uploads.map(({ id, filename, status, error }) => (
            <li key={id}>
              {filename} {status === 'failed' ? error?.message : ''}
              <button
                type="button"
                className="plain"
                onClick={() => uploads.remove(id)}
                aria-label={`Remove ${filename}`}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <input ref={picker} type="file" multiple hidden onChange={choose} aria-label="Files to send" />
      <button type="button" onClick={() => picker.current?.click()} aria-label="Attach files">
        📎
      </button>
      <textarea
        aria-label="Message"
        placeholder="Write a message"
        rows={1}
        value={text}
        onChange={write}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className="primary">
        Send
      </button>
    </form>
  )
}
