import type { Media } from '../contract/media.js'
import type { MediaFiles as Api } from './api/media.js'
import { browser, ignore } from './browser.js'
import type { Context } from './context.js'
import { startUpload } from './file-upload.js'
import { cached, createListeners, once } from './store.js'

/** A URL that expires this soon is not used any more. */
const marginMs = 60_000
const signedUrl = /\/media\/([\w-]+\/\w+)\?(?:[^#]*&)?expires=(\d+)/
/** No server signs a URL for longer: one that claims it is forged, to take the place of a valid one. */
const longestMs = 8 * 86_400_000

const originOf = (url: string): string => /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? ''

/** Only URLs that load from a server are shown. Browsers ignore spaces in front of a URL, so this does, too. */
const safe = (url: string): string => (/^(https?:\/\/|[^:]*([/?#]|$))/i.test(url.replace(/[\0-\x20]/g, '')) ? url : '')

/** Files, and valid URLs of them. */
export function createMedia({ http, socket }: Context): Api {
  /** The URL that is shown of each file and thumbnail: the first one that came, until it expires. */
  const shown = new Map<string, string>()
  const { notify, listen } = createListeners()

  /** Resolves a URL of the server. By hand, because `URL` does so only in browsers. */
  function wholeOf(url: string): string {
    const base = http.base()
    if (/^[a-z][a-z\d+.-]*:/i.test(url)) return url
    if (url.startsWith('//')) return base.slice(0, base.indexOf(':') + 1) + url
    return originOf(base) + (url.startsWith('/') ? '' : '/') + url
  }

  /** Identifies the file or thumbnail of this chat that a URL is of; empty for other URLs, which are never refreshed. */
  const keyOf = (url: string): string => {
    const [, key = ''] = signedUrl.exec(url) ?? []
    return key && wholeOf(url).startsWith(`${http.base()}/media/${key}?`) ? key : ''
  }
  const now = (): number => Date.now() + socket.skewMs()
  const endOf = (url = ''): number => {
    const end = Number(signedUrl.exec(url)?.[2])
    return end < now() + longestMs ? end : 0
  }
  const isGood = (url?: string): boolean => endOf(url) - marginMs > now()

  /** The page's own, if it is of the same origin. */
  const resolve = (url: string): string => {
    const whole = wholeOf(url)
    return originOf(whole) === browser.location?.origin ? url : whole
  }

  const get = (mediaId: string): Promise<Media> => http.get(['media', mediaId])

  /** Requests a new URL of a file or a thumbnail. */
  const ask = cached((key) =>
    once(async () => {
      const [id = '', part] = key.split('/')
      const media = await get(id)
      const url = (part === 'thumbnail' && media.thumbnailUrl) || media.url
      shown.set(key, url)
      notify()
      return resolve(url)
    }),
  )

  return {
    get,
    refresh: async (url) => (keyOf(url) ? ask(keyOf(url))() : safe(url)),
    upload: http.upload,
    start: (file, options) => startUpload(http, file, options),
    source: cached((url) => {
      // During server rendering the chat's origin may be unknown.
      let known: string | undefined
      const key = () => (known ??= keyOf(url))
      /** The first URL stays while it is valid, so that a browser need not load the same picture again. */
      const current = (): string => {
        const before = shown.get(key())
        // If none is valid any more, the one that expires last is shown.
        if (!isGood(before) && !(endOf(before) >= endOf(url))) shown.set(key(), url)
        return shown.get(key()) ?? url
      }
      return {
        getSnapshot: () => (key() ? resolve(current()) : safe(url)),
        getInitialSnapshot: () => safe(url),
        subscribe(listener) {
          if (key() && !isGood(current())) ask(key())().catch(ignore)
          return listen(listener)
        },
      }
    }),
  }
}
