import './picture.css'

/** The picture of a thing is an emoji, so that the shop needs no photographer. */
export function Picture({ emoji, size }: { emoji: string; size: 'small' | 'large' }) {
  const hue = (emoji.codePointAt(0) ?? 0) * 47
  return (
    <span className={`picture ${size}`} style={{ '--hue': hue % 360 } as object} aria-hidden="true">
      {emoji}
    </span>
  )
}
