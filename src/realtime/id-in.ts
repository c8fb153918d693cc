/** So much of a frame is looked at, from each of its ends. */
const lookedAt = 4 * 1024

/** Outside of a text no quote can follow a comma or a brace but that of a key, and inside of one each has a backslash. */
const idMember = /[{,]\s*"id"\s*:\s*("(?:[^"\\]|\\.){1,1200}")/g

/**
 * The `id` of a frame that is too large to be read: found near its beginning or its end, so that a frame of many bytes
 * costs no more than a small one. Undefined where it is not there, or is no text of 1 to 100 characters.
 */
export function idIn(data: Buffer): string | undefined {
  const [first] = data.toString('utf8', 0, lookedAt).matchAll(idMember)
  const last = [...data.toString('utf8', data.length - lookedAt).matchAll(idMember)].at(-1)
  const found = (first ?? last)?.[1]
  if (found === undefined) return undefined
  try {
    const id: string = JSON.parse(found)
    return id.length <= 100 ? id : undefined
  } catch {
    return undefined
  }
}
