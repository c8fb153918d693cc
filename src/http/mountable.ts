import type { ErrorHandlerLike, RequestHandlerLike } from './handlers.js'

/** What of an Express app, 4 or 5, its `mount` event needs. */
interface Parent {
  use(path: unknown, handler: ErrorHandlerLike): unknown
}

/**
 * One function for `app.use`, so that what stands beside it there keeps its types, with which `onError` is mounted as well:
 * Express takes for an app whatever has `handle` and `set`, and tells an app by a `mount` event where it is mounted.
 */
export function mountable(onRequest: RequestHandlerLike, onError: ErrorHandlerLike): RequestHandlerLike {
  const router = Object.assign((...asked: Parameters<RequestHandlerLike>) => onRequest(...asked), {
    handle: onRequest,
    set: () => router,
    /** Express writes this before it tells of the mount. */
    mountpath: '/' as unknown,
    emit(event: string, parent: Parent) {
      if (event === 'mount') parent.use(router.mountpath, onError)
    },
  })
  return router
}
