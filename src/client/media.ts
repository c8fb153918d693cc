import type { Media } from '../contract/media.js'
import type { MediaFiles as Api } from './api/media.js'
import { browser, ignore } from './browser.js'
import type { Context } from './context.js'
import { cached, createListeners, once } from './store.js'

/** A URL that ends so soon is not begun with. */
const marginMs = 60_000
const signedUrl = /\/media\/([\w-]+\/\w+)\?(?:[^#]*&)?expires=(\d+)/
/** No URL of a server is good for longer: one that says so was made up, to stand where a good one would. */
const longestMs = 8 * 86_400_000

const originOf = (url: string): string => /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? ''

/** Only what is fetched from a server is shown. Browsers leave out spaces before they look at what a URL is. */
const safe = (url: string): string => (/^(https?:\/\/|[^:]*([/?#]|$))/i.test(url.replace(/[\0-\x20]/g, '')) ? url : '')

/** Files, and URLs of them that are good. */
export function createMedia({ http, socket }: Context): Api {
  /** The URL shown of each file and thumbnail: the one that was first heard, until it ends. */
  const shown = new Map<string, string>()
  const { notify, listen } = createListeners()

  /** Where a URL of the server leads to. By hand: `URL` does so only in browsers. */
  function wholeOf(url: string): string {
    const base = http.base()
    if (/^[a-z][a-z\d+.-]*:/i.test(url)) return url
    if (url.startsWith('//')) return base.slice(0, base.indexOf(':') + 1) + url
    return originOf(base) + (url.startsWith('/') ? '' : '/') + url
  }

  /** What a URL of a file or a thumbnail of this chat is of; empty for all others, which are not ours to ask for. */
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

  /** A good URL of a file or a thumbnail, asked for now. */
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
    source: cached((url) => {
      // Where a page is rendered on a server, nobody may know where the chat is.
      let known: string | undefined
      const key = () => (known ??= keyOf(url))
      /** While the first one is good it stays, so that a browser need not load the same picture again. */
      const current = (): string => {
        const before = shown.get(key())
        // Where none is good any more, it is the one that ends last.
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
