import { byId } from './dom.js'

/** Shows a picture as large as there is room; a click or Escape closes it. */
export function createPictureDialog() {
  const dialog = byId('picture-dialog')
  const picture = byId('picture')
  const save = byId('picture-save')
  dialog.addEventListener('click', ({ target }) => {
    if (target !== save) dialog.close()
  })
  dialog.addEventListener('close', () => picture.removeAttribute('src'))
  return ({ url, filename }) => {
    picture.src = url
    picture.alt = filename
    save.href = url
    save.download = filename
    dialog.showModal()
  }
}
