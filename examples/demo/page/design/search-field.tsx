import type { ComponentProps } from 'react'
import { Icon } from './icon.js'

/** A field that one searches by; `label` is its name and what stands in it while it is empty. */
export function SearchField({ label, ...rest }: ComponentProps<'input'> & { label: string }) {
  return (
    <span className="search-field">
      <Icon name="search" />
      <input className="input" type="search" aria-label={label} placeholder={label} autoComplete="off" {...rest} />
    </span>
  )
}
