import type { ComponentProps } from 'react'
import { Icon, type IconName } from './icon.js'

interface IconButtonProps extends ComponentProps<'button'> {
  icon: IconName
  /** What it does: its name for those who do not see it, and its title for those who do. */
  label: string
  small?: boolean
}

export function IconButton({ icon, label, small = false, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      className={`icon-button ${small ? 'small' : ''} ${className}`}
      {...rest}
    >
      <Icon name={icon} small={small} />
    </button>
  )
}
