import { Field, Form } from '../design/form.js'

const reasons = { spam: 'Spam', fraud: 'It looks like fraud', harassment: 'It is hurtful', other: 'Something else' }

interface ReportDialogProps {
  onReport(reason: string, text: string): Promise<void>
  onClose(): void
}

export function ReportDialog({ onReport, onClose }: ReportDialogProps) {
  return (
    <dialog ref={(dialog) => dialog?.showModal()} onClose={onClose} aria-labelledby="report-title">
      <div className="stack">
        <h2 id="report-title">What is wrong with it?</h2>
        <Form action="Report" onSubmit={(fields) => onReport(String(fields.get('reason')), String(fields.get('text')))}>
          <Field label="Reason">
            <select name="reason">
              {Object.entries(reasons).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </Field>
          <Field label="What else should we know?">
            <textarea name="text" rows={3} maxLength={2000} />
          </Field>
        </Form>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </dialog>
  )
}
