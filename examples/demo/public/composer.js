import { byId } from './dom.js'
import { summary, userName } from './format.js'

const typingEveryMs = 3000
const tallestPx = 180

/** Where messages are written: new ones, replies and edits. What is begun in a room is kept when one looks into another. */
export function createComposer({ attachments, onSend, onEdit, onEditLast, onTyping }) {
  const form = byId('composer-form')
  const field = byId('composer')
  const banner = byId('composer-banner')
  const drafts = new Map()
  const nothing = { text: '', replyTo: null, editing: null }
  let roomId = null
  let replyTo = null
  let editing = null
  let typingToldAt = 0

  function fitHeight() {
    field.style.height = 'auto'
    field.style.height = `${Math.min(field.scrollHeight, tallestPx)}px`
  }

  function showBanner() {
    const subject = editing ?? replyTo
    banner.hidden = !subject
    if (!subject) return
    byId('composer-banner-title').textContent = editing
      ? 'Editing your message'
      : `Replying to ${userName(subject.user)}`
    byId('composer-banner-text').textContent = summary(subject)
  }

  function set(draft) {
    ;({ replyTo, editing } = draft)
    field.value = draft.text
    showBanner()
    fitHeight()
  }

  function tellTyping(isTyping) {
    const isKnown = isTyping ? Date.now() - typingToldAt < typingEveryMs : typingToldAt === 0
    if (isKnown) return
    typingToldAt = isTyping ? Date.now() : 0
    onTyping(roomId, isTyping)
  }

  async function submit() {
    const text = field.value.trim()
    const isWithFiles = !editing && !attachments.isEmpty
    if ((!text && !isWithFiles) || (isWithFiles && attachments.isUploading)) return
    const draft = { text: field.value, replyTo, editing }
    set(nothing)
    tellTyping(false)
    if (!draft.editing) return onSend(text, draft.replyTo, attachments.take())
    const isSaved = await onEdit(draft.editing, text)
    if (!isSaved && !field.value) set(draft)
  }

  function cancel() {
    set(editing ? nothing : { ...nothing, text: field.value })
    field.focus()
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })
  field.addEventListener('keydown', (event) => {
    // Enter also confirms a word in an input method.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      submit()
    } else if (event.key === 'Escape' && (replyTo || editing)) cancel()
    else if (event.key === 'ArrowUp' && !field.value && !editing) {
      event.preventDefault()
      onEditLast()
    }
  })
  field.addEventListener('input', () => {
    fitHeight()
    if (!editing) tellTyping(field.value.trim() !== '')
  })
  byId('composer-cancel').addEventListener('click', cancel)

  return {
    open(id) {
      if (roomId) drafts.set(roomId, { text: field.value, replyTo, editing })
      tellTyping(false)
      roomId = id
      attachments.open(id)
      set(drafts.get(id) ?? nothing)
    },
    reply(message) {
      set({ text: editing ? '' : field.value, replyTo: message, editing: null })
      field.focus()
    },
    edit(message) {
      set({ text: message.text, replyTo: null, editing: message })
      field.focus()
    },
  }
}
