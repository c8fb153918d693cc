/** Says that there is nothing to see, or why. */
export function Notice({ text, action, onAction }: { text: string; action?: string; onAction?(): void }) {
  return (
    <div className="notice" role="status">
      <p>{text}</p>
      {action && (
        <button type="button" onClick={onAction}>
          {action}
        </button>
      )}
    </div>
  )
}
