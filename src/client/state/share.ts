/**
 * `next`, made of as much of `old` as is the same; `old` itself where all of it is. What has an id is the same or it is not:
 * in a list it may stand where another stood.
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
