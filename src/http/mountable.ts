import type { ErrorHandlerLike, RequestHandlerLike } from './handlers.js'

/** The parts of an Express app, 4 or 5, that its `mount` event needs. */
interface Parent {
  use(path: unknown, handler: ErrorHandlerLike): unknown
}

/**
 * Returns one function for `app.use`, so that other handlers in the same call keep their types; `onError` is mounted with it. This
 * works because Express treats everything with `handle` and `set` as an app, and sends it a `mount` event.
 */
export function mountable(onRequest: RequestHandlerLike, onError: ErrorHandlerLike): RequestHandlerLike {
  const router = Object.assign((...asked: Parameters<RequestHandlerLike>) => onRequest(...asked), {
    handle: onRequest,
    set: () => router,
    /** Express sets this before the `mount` event. */
    mountpath: '/' as unknown,
    emit(event: string, parent: Parent) {
      if (event === 'mount') parent.use(router.mountpath, onError)
    },
  })
  return router
}
