/** `next`, made of as much of `old` as is the same; `old` itself where all of it is. Of plain values only. */
export function share<T>(old: unknown, next: T): T {
  if (!isPlain(old) || !isPlain(next) || Array.isArray(old) !== Array.isArray(next)) return next
  const keys = Object.keys(next)
  const made = (Array.isArray(next) ? [] : {}) as Record<string, unknown>
  let isSame = keys.length === Object.keys(old).length
  for (const key of keys) {
    made[key] = share(old[key], next[key])
    if (!Object.is(made[key], old[key])) isSame = false
  }
  return (isSame ? old : made) as T
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Error)

/** A map with one entry changed; the same map where it is the same. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V | undefined): ReadonlyMap<K, V> {
  if (map.get(key) === value && (value !== undefined || !map.has(key))) return map
  const made = new Map(map)
  if (value === undefined) made.delete(key)
  else made.set(key, value)
  return made
}
