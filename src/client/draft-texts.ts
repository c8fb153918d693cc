import type { DraftText } from './api/drafts.js'
import { browser } from './browser.js'
import type { Http } from './http.js'
import { createStorage, named } from './storage.js'
import { cached, createListeners, type Store } from './store.js'

/** What I have begun to write: kept in `storage` for each user and place, and without one as long as the client. */
export function createDraftTexts(store: Store, { options }: Http): (...place: string[]) => DraftText {
  const storage = options.storage && createStorage(options.storage)
  const { notify, listen } = createListeners()
  const whoIsHere = store.observable<[string | undefined], string | undefined>(({ me }) => [me?.id])
  /** By the place, of `owner`. */
  const texts = new Map<string, string>()
  let owner: string | undefined

  // No key of the outbox begins so: there a space follows the user.
  const keyOf = (place: string): string =>
    `${named(options.storageKey ?? `express-chat ${options.url}`, owner ?? '')}/${place}`

  function keep(place: string, text: string): void {
    if (owner === undefined) return
    if (text.trim() === '') storage?.remove(keyOf(place))
    else storage?.set(keyOf(place), text)
  }

  /** What one user has begun is not for the next one; what was begun before it was known who is here is for whoever is. */
  function meet(): void {
    const id = whoIsHere.getSnapshot()
    if (id === owner) return
    if (owner !== undefined) texts.clear()
    owner = id
    for (const [place, text] of texts)
      if (text !== '') keep(place, text)
      else texts.delete(place)
  }

  function read(place: string): void {
    if (!storage || owner === undefined) return
    const [asked, before] = [owner, texts.get(place)]
    const take = (text: unknown, isLate = true): void => {
      // A storage that fails says nothing, and what was written meanwhile is newer.
      if ((typeof text !== 'string' && text !== null) || owner !== asked || texts.get(place) !== before) return
      texts.set(place, text ?? '')
      if (isLate) notify()
    }
    const found = storage.get(keyOf(place))
    if (found instanceof Promise) void found.then(take)
    else take(found, false)
  }

  const draftOf = cached(
    (place): DraftText => ({
      getSnapshot() {
        meet()
        if (!texts.has(place)) {
          texts.set(place, '')
          read(place)
        }
        return texts.get(place) as string
      },
      getInitialSnapshot: () => '',
      subscribe(listener) {
        const onStorage = (): void => {
          read(place)
          listener()
        }
        const ends = [listen(listener), whoIsHere.subscribe(listener)]
        browser.addEventListener?.('storage', onStorage)
        return () => {
          for (const end of ends) end()
          browser.removeEventListener?.('storage', onStorage)
        }
      },
      set(text) {
        meet()
        texts.set(place, text)
        keep(place, text)
        notify()
      },
    }),
  )
  return (...place) => draftOf(named(...place))
}
