interface NoticeProps {
  /** Where nothing else is on the screen. */
  title?: string
  text?: string
  action?: string
  onAction?(): void
}

/** Says that there is nothing to see, or why. */
export function Notice({ title, text, action, onAction }: NoticeProps) {
  return (
    <div className="notice" role="status">
      {title && <h1>{title}</h1>}
      {text && <p>{text}</p>}
      {action && (
        <button type="button" onClick={onAction}>
          {action}
        </button>
      )}
    </div>
  )
}
