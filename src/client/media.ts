import type { Media } from '../contract/media.js'
import type { MediaFiles as Api } from './api/media.js'
import { browser, ignore } from './browser.js'
import type { Context } from './context.js'
import { createListeners } from './store.js'

/** A URL that ends so soon is not begun with. */
const marginMs = 60_000
const signedUrl = /\/media\/([^/?#]+)\/(content|thumbnail)\?(?:.*&)?expires=(\d+)/

/** Files, and URLs of them that are good. */
export function createMedia({ http, socket }: Context): Api {
  /** The URL shown of each file and part: the one that was first heard, until it ends. */
  const shown = new Map<string, string>()
  const asking = new Map<string, Promise<string>>()
  const { tell, listen } = createListeners<[key: string]>()

  const partsOf = (url: string) => {
    const [, id = '', part = '', expires] = signedUrl.exec(url) ?? []
    return { key: id + part, id, part, isGood: Number(expires) - marginMs > Date.now() + socket.skewMs() }
  }

  /** Where a URL of the server leads to: the page's own, if it is of the same origin. */
  const resolve = (url: string): string => {
    const base = http.base()
    return base.origin === browser.location?.origin ? url : new URL(url, base).href
  }

  const get = (mediaId: string): Promise<Media> => http.get(['media', mediaId])

  function refresh(url: string): Promise<string> {
    const { key, id, part } = partsOf(url)
    if (!id) return Promise.resolve(url)
    const asked =
      asking.get(key) ??
      get(decodeURIComponent(id))
        .then((media) => {
          const fresh = (part === 'thumbnail' && media.thumbnailUrl) || media.url
          shown.set(key, fresh)
          tell(key)
          return resolve(fresh)
        })
        .finally(() => asking.delete(key))
    asking.set(key, asked)
    return asked
  }

  return {
    get,
    refresh,
    upload: (file, options = {}) => http.upload(file, options),
    source(url) {
      const { key, id } = partsOf(url)
      /** While the first one is good it stays, so that a browser need not load the same picture again. */
      const current = (): string => {
        const known = shown.get(key) ?? url
        const { isGood } = partsOf(url)
        const next = isGood && !partsOf(known).isGood ? url : known
        if (isGood) shown.set(key, next)
        return next
      }
      return {
        getSnapshot: () => (id ? resolve(current()) : url),
        getInitialSnapshot: () => url,
        subscribe(listener) {
          if (id && !partsOf(current()).isGood) refresh(url).catch(ignore)
          return listen((changed) => changed === key && listener())
        },
      }
    },
  }
}
