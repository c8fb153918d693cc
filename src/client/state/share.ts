/**
 * Returns `next` with the parts of `old` that are equal, or `old` itself if all of it is. An object with an id is reused as a
 * whole or not at all, because in a list it may have taken the place of another object.
 */
export function share<T>(old: unknown, next: T): T {
  if (old === next || !isPlain(old) || !isPlain(next)) return next
  const keys = Object.keys(next)
  const made = (Array.isArray(next) ? [] : {}) as Record<string, unknown>
  let isSame = Array.isArray(old) === Array.isArray(next) && keys.length === Object.keys(old).length
  for (const key of keys) {
    made[key] = share(old[key], next[key])
    if (made[key] !== old[key] || !(key in old)) isSame = false
  }
  return (isSame ? old : 'id' in next ? next : made) as T
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Error)
