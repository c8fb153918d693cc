/** What a frame may have unless the server says otherwise. */
export const usualFrameBytes = 65_536
/** Around what a command says, its frame has a type and an id. */
export const envelopeBytes = 128

/** What `data` may have. */
export const dataBytes = 4_096

/** The bytes of a text in UTF-8. Counted by hand: not every place that has WebSockets has a `TextEncoder`. */
export function bytesOf(text: string): number {
  let bytes = 0
  for (let n = 0; n < text.length; n += 1) {
    const unit = text.charCodeAt(n)
    // A surrogate is half of four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3
  }
  return bytes
}
