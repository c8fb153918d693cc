import { byId, h, icon } from './dom.js'
import { explain, toast } from './toast.js'
import { uploadFile } from './upload.js'

const mostFiles = 10

/** Files that go with the next message, of each room by itself: picked, dropped or pasted, and uploaded at once. */
export function createAttachments({ token, onChange }) {
  const tray = byId('attachments')
  const picker = byId('attach-file')
  const dropZone = byId('open-room')
  const byRoom = new Map()
  let files = []

  function show() {
    tray.hidden = files.length === 0
    tray.replaceChildren(...files.map(({ element }) => element))
    onChange()
  }

  function drop(attachment) {
    attachment.cancel()
    for (const list of byRoom.values()) if (list.includes(attachment)) list.splice(list.indexOf(attachment), 1)
    show()
  }

  function add(file) {
    if (files.length >= mostFiles) return toast(`A message carries ${mostFiles} files at most`)
    const bar = h('progress', { max: 1, value: 0, 'aria-label': `Uploading ${file.name}` })
    const remove = h(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': `Take ${file.name} away`, onclick: () => drop(attachment) },
      icon('close'),
    )
    const element = h('li', { class: 'attachment' }, h('span', { class: 'ellipsis' }, file.name), bar, remove)
    const { done, cancel } = uploadFile(token, file, (part) => {
      bar.value = part
    })
    const attachment = { element, cancel, media: null }
    files.push(attachment)
    done.then(
      (media) => {
        attachment.media = media
        bar.remove()
        if (media.thumbnailUrl) element.prepend(h('img', { src: media.thumbnailUrl, alt: '' }))
        onChange()
      },
      (error) => {
        drop(attachment)
        if (error.name !== 'AbortError') toast(`${file.name}: ${explain(error)}`)
      },
    )
    show()
    return undefined
  }

  const addAll = (list) => [...list].forEach(add)
  const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files')

  byId('attach').addEventListener('click', () => picker.click())
  picker.addEventListener('change', () => {
    addAll(picker.files)
    picker.value = ''
  })
  byId('composer').addEventListener('paste', (event) => {
    if (event.clipboardData.files.length === 0) return
    event.preventDefault()
    addAll(event.clipboardData.files)
  })
  for (const type of ['dragenter', 'dragover']) {
    dropZone.addEventListener(type, (event) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      dropZone.classList.add('dropping')
    })
  }
  dropZone.addEventListener('dragleave', (event) => {
    if (!dropZone.contains(event.relatedTarget)) dropZone.classList.remove('dropping')
  })
  dropZone.addEventListener('drop', (event) => {
    dropZone.classList.remove('dropping')
    if (!hasFiles(event)) return
    event.preventDefault()
    if (!byId('composer-form').hidden) addAll(event.dataTransfer.files)
  })

  return {
    get isEmpty() {
      return files.length === 0
    },
    get isUploading() {
      return files.some(({ media }) => !media)
    },
    open(roomId) {
      files = byRoom.get(roomId) ?? []
      byRoom.set(roomId, files)
      show()
    },
    /** The media that are ready, which are the message's from now on. */
    take() {
      const media = files.splice(0).map((attachment) => attachment.media)
      show()
      return media
    },
  }
}
