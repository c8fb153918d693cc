import { ProblemError, unreachable } from './api.js'

/** `POST /media`, with its progress, which `fetch` does not tell. `cancel` ends it; `done` rejects then with an `AbortError`. */
export function uploadFile(token, file, onProgress) {
  const request = new XMLHttpRequest()
  const done = new Promise((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total ? loaded / total : 0))
    request.addEventListener('load', () => {
      const { status, response } = request
      if (status === 201 && response) resolve(response)
      else reject(new ProblemError({ code: 'unknown', title: 'The file was not accepted', ...response, status }))
    })
    request.addEventListener('error', () => reject(unreachable()))
    request.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError')))
    request.open('POST', '/chat/media')
    request.responseType = 'json'
    request.setRequestHeader('authorization', `Bearer ${token}`)
    const form = new FormData()
    form.append('file', file, file.name)
    request.send(form)
  })
  return { done, cancel: () => request.abort() }
}
