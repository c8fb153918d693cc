import './wave.css'

/** A bar is never so low that it is not seen. */
const lowest = 0.08

/** How loud a sound is, bar by bar; what was played already is told apart. */
export function Wave({ levels, played }: { levels: readonly number[]; played: number }) {
  return (
    <span className="wave" aria-hidden="true">
      {levels.map((level, n) => (
        <i
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is nothing but its place.
          key={n}
          className={n < played * levels.length ? 'played' : ''}
          style={{ height: `${Math.max(lowest, level) * 100}%` }}
        />
      ))}
    </span>
  )
}
