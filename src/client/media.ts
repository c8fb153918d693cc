import type { Media } from '../contract/media.js'
import type { MediaFiles as Api } from './api/media.js'
import type { Topic } from './api/topic.js'
import { browser, ignore } from './browser.js'
import type { Context } from './context.js'

/** A URL that ends so soon is not begun with. */
const marginMs = 60_000
const signedUrl = /\/media\/([^/?#]+)\/(content|thumbnail)\?(?:.*&)?expires=(\d+)/

/** Files, and URLs of them that are good. */
export function createMedia({ http, socket }: Context): Api {
  /** The URL shown of each file and part: the one that was first heard, until it ends. */
  const shown = new Map<string, string>()
  const listeners = new Map<string, Set<() => void>>()
  const asking = new Map<string, Promise<string>>()

  /** Where a URL of the server leads to: the page's own, if it is of the same origin. */
  const resolve = (url: string): string =>
    http.base.origin === browser.location?.origin ? url : new URL(url, http.base).href

  const partsOf = (url: string) => {
    const [, id = '', part = '', expires = ''] = signedUrl.exec(url) ?? []
    return { key: `${id}/${part}`, id: id && decodeURIComponent(id), part, endsAt: Number(expires) }
  }
  const isGood = (url: string): boolean => partsOf(url).endsAt - marginMs > Date.now() + socket.skewMs

  async function ask(url: string): Promise<string> {
    const { key, id, part } = partsOf(url)
    const media = await http.request<Media>('GET', ['media', id])
    const fresh = (part === 'thumbnail' && media.thumbnailUrl) || media.url
    shown.set(key, fresh)
    for (const listener of [...(listeners.get(key) ?? [])]) listener()
    return resolve(fresh)
  }

  function refresh(url: string): Promise<string> {
    const { key, id } = partsOf(url)
    if (!id) return Promise.resolve(url)
    const asked = asking.get(key) ?? ask(url).finally(() => asking.delete(key))
    asking.set(key, asked)
    return asked
  }

  const api: Api = {
    upload: (file, options = {}) => http.upload<Media>(file, options),
    get: (mediaId) => http.request<Media>('GET', ['media', mediaId]),
    refresh,
    source(url): Topic<string> {
      const { key, id } = partsOf(url)
      const current = () => {
        if (!id) return url
        const known = shown.get(key)
        // While the first one is good it stays, so that a browser need not load the same picture again.
        if (known !== undefined && (isGood(known) || !isGood(url))) return resolve(known)
        if (isGood(url)) shown.set(key, url)
        return resolve(url)
      }
      return {
        getSnapshot: current,
        getInitialSnapshot: () => url,
        subscribe(listener) {
          if (!id) return ignore
          const own = () => listener()
          const all = listeners.get(key) ?? new Set()
          listeners.set(key, all.add(own))
          if (!isGood(shown.get(key) ?? url) && !isGood(url)) refresh(url).catch(ignore)
          return () => void (all.delete(own) && all.size === 0 && listeners.delete(key))
        },
      }
    },
  }
  return api
}
