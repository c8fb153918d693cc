/** Well below the frame limit of any server. */
const mostLength = 16_000

/** The frames of `hello`, with the known revisions of rooms, as many as are needed. */
export function helloFrames(seen: Record<string, number>): string[] {
  const parts: string[][] = [[]]
  let length = 0
  for (const [roomId, revision] of Object.entries(seen)) {
    const said = `${JSON.stringify(roomId)}:${revision}`
    length += said.length
    if (length > mostLength) {
      parts.push([])
      length = said.length
    }
    parts.at(-1)?.push(said)
  }
  return parts.map((part, n) => `{"type":"hello","rooms":{${part}}${n < parts.length - 1 ? ',"more":true' : ''}}`)
}
