import { type KeyboardEvent, useState } from 'react'
import { Icon, type IconName } from './icon.js'
import { IconButton } from './icon-button.js'
import { Popover } from './popover.js'

export interface MenuItem {
  label: string
  icon: IconName
  isDangerous?: boolean
  onSelect(): void
}

/** Moves focus among the items of a menu by the arrows, Home and End. */
export function moveInMenu(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  const steps: Record<string, HTMLElement | undefined> = {
    ArrowDown: items[at + 1] ?? items[0],
    ArrowUp: items[at - 1] ?? items.at(-1),
    Home: items[0],
    End: items.at(-1),
  }
  if (!(event.key in steps)) return
  event.preventDefault()
  steps[event.key]?.focus()
}

export function MenuItems({ items, onDone }: { items: readonly MenuItem[]; onDone(): void }) {
  return items.map(({ label, icon, isDangerous, onSelect }) => (
    <button
      key={label}
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={`menu-item ${isDangerous ? 'danger' : ''}`}
      onClick={() => {
        onDone()
        onSelect()
      }}
    >
      <Icon name={icon} />
      {label}
    </button>
  ))
}

interface MenuProps {
  anchor: HTMLElement
  label: string
  items: readonly MenuItem[]
  onClose(): void
}

function Menu({ anchor, label, items, onClose }: MenuProps) {
  return (
    <Popover anchor={anchor} label={label} role="menu" className="menu" onClose={onClose}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the menu around it has the role; keys come up from its items. */}
      <div onKeyDown={moveInMenu}>
        <MenuItems items={items} onDone={onClose} />
      </div>
    </Popover>
  )
}

interface MenuButtonProps {
  icon: IconName
  label: string
  small?: boolean
  items: readonly MenuItem[]
}

/** A button that opens a menu; none where there is nothing in it. */
export function MenuButton({ icon, label, small = false, items }: MenuButtonProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  if (items.length === 0) return null
  return (
    <>
      <IconButton
        icon={icon}
        label={label}
        small={small}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      />
      {anchor && <Menu anchor={anchor} label={label} items={items} onClose={() => setAnchor(null)} />}
    </>
  )
}
