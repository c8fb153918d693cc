interface SwitchProps {
  label: string
  about?: string
  checked: boolean
  disabled?: boolean
  onChange(checked: boolean): void
}

export function Switch({ label, about, checked, disabled = false, onChange }: SwitchProps) {
  return (
    <label className="switch">
      <span className="grow">
        {label}
        {about && <small>{about}</small>}
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        aria-checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
    </label>
  )
}
