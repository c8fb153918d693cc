import type { Media } from '../contract/media.js'
import type { MediaFiles as Api } from './api/media.js'
import { browser, ignore } from './browser.js'
import type { Context } from './context.js'
import { cached, createListeners, once } from './store.js'

/** A URL that ends so soon is not begun with. */
const marginMs = 60_000
const signedUrl = /\/media\/([\w-]+\/\w+)\?.*\bexpires=(\d+)/

/** Files, and URLs of them that are good. */
export function createMedia({ http, socket }: Context): Api {
  /** The URL shown of each file and thumbnail: the one that was first heard, until it ends. */
  const shown = new Map<string, string>()
  const { tell, listen } = createListeners()

  const keyOf = (url: string): string => signedUrl.exec(url)?.[1] ?? ''
  const isGood = (url = ''): boolean => Number(signedUrl.exec(url)?.[2]) - marginMs > Date.now() + socket.skewMs()

  /** Where a URL of the server leads to: the page's own, if it is of the same origin. */
  const resolve = (url: string): string => {
    const { origin, href } = new URL(url, http.base())
    return origin === browser.location?.origin ? url : href
  }

  const get = (mediaId: string): Promise<Media> => http.get(['media', mediaId])

  /** A good URL of a file or a thumbnail, asked for now. */
  const ask = cached((key) =>
    once(async () => {
      const [id = '', part] = key.split('/')
      const media = await get(id)
      const url = (part === 'thumbnail' && media.thumbnailUrl) || media.url
      shown.set(key, url)
      tell()
      return resolve(url)
    }),
  )

  return {
    get,
    refresh: async (url) => (keyOf(url) ? ask(keyOf(url))() : url),
    upload: http.upload,
    source: cached((url) => {
      const key = keyOf(url)
      /** While the first one is good it stays, so that a browser need not load the same picture again. */
      const current = (): string => {
        if (isGood(url) && !isGood(shown.get(key))) shown.set(key, url)
        return shown.get(key) ?? url
      }
      return {
        getSnapshot: () => (key ? resolve(current()) : url),
        getInitialSnapshot: () => url,
        subscribe(listener) {
          if (key && !isGood(current())) ask(key)().catch(ignore)
          return listen(listener)
        },
      }
    }),
  }
}
