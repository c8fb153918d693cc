import { byId } from './dom.js'
import { attempt } from './toast.js'
import { uploadFile } from './upload.js'

/** One's own picture: a click on it chooses another. */
export function wireMyPicture({ token, api, onChanged }) {
  const picker = byId('my-picture-file')
  byId('my-avatar').addEventListener('click', () => picker.click())
  picker.addEventListener('change', () =>
    attempt(async () => {
      const [file] = picker.files
      picker.value = ''
      if (!file) return
      const { id } = await uploadFile(token, file, () => {}).done
      onChanged(await api.updateMe({ avatarMediaId: id }))
    }),
  )
}
