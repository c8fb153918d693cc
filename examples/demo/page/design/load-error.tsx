import { explain } from './explain.js'
import './load-error.css'

interface LoadErrorProps {
  error: unknown
  /** Asks for it again. */
  onRetry(): void
}

/** Says why something is not shown, and asks for it again. */
export function LoadError({ error, onRetry }: LoadErrorProps) {
  return (
    <div className="load-error">
      <p className="form-error" role="alert">
        {explain(error)}
      </p>
      <button type="button" className="button small" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}
