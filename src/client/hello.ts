/** Well below what any server takes in one frame. */
const mostLength = 16_000

/** What is said first: what was seen of which rooms, in as many frames as it takes. */
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
