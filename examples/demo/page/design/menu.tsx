import { Fragment, useState } from 'react'
import { Icon, type IconName } from './icon.js'
import { IconButton } from './icon-button.js'
import { Popover } from './popover.js'
import { useRoving } from './roving.js'

export interface MenuItem {
  label: string
  /** Tells it from the others where its label may become another one while the menu is open. */
  id?: string
  icon: IconName
  isDangerous?: boolean
  /** It is one of several, of which one is chosen. */
  isChosen?: boolean
  /** What stands above it, and those after it. */
  heading?: string
  onSelect(): void
}

const idOf = ({ id, label }: MenuItem): string => id ?? label

interface MenuProps {
  label: string
  items: readonly MenuItem[]
  /** The menu is to be closed. */
  onDone(): void
}

/**
 * The items of a menu, in which the arrows, Home, End and letters move. They are those that it opened with: what comes or goes
 * meanwhile would put another one under a finger that is on its way.
 */
export function Menu({ label, items: now, onDone }: MenuProps) {
  const [opened] = useState(now)
  const items = opened.map((item) => ({ ...(now.find((each) => idOf(each) === idOf(item)) ?? item), id: idOf(item) }))
  const roving = useRoving<HTMLDivElement>({ items: '[role^=menuitem]', wraps: true, typeAhead: true })
  return (
    <div role="menu" aria-label={label} {...roving}>
      {items.map(({ id, label: text, icon, isDangerous, isChosen, heading, onSelect }) => (
        <Fragment key={id}>
          {heading && (
            <div role="presentation" className="menu-heading">
              {heading}
            </div>
          )}
          <button
            type="button"
            {...(isChosen === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': isChosen })}
            tabIndex={-1}
            className={`menu-item ${isDangerous ? 'danger' : ''}`}
            onClick={() => {
              onDone()
              onSelect()
            }}
          >
            <Icon name={icon} />
            {text}
            {isChosen && <Icon name="check" small />}
          </button>
        </Fragment>
      ))}
    </div>
  )
}

interface MenuButtonProps {
  icon: IconName
  label: string
  small?: boolean
  items: readonly MenuItem[]
  /** In a list of such buttons that is one tab stop: what letters find it by. */
  name?: string
}

/** A button that opens a menu; none where there is nothing in it. */
export function MenuButton({ icon, label, small = false, items, name }: MenuButtonProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  if (items.length === 0) return null
  const close = () => setAnchor(null)
  return (
    <>
      <IconButton
        icon={icon}
        label={label}
        small={small}
        aria-haspopup="menu"
        {...(name !== undefined && { tabIndex: -1, 'data-name': name })}
        aria-expanded={anchor !== null}
        onClick={({ currentTarget }) => setAnchor(anchor ? null : currentTarget)}
      />
      {anchor && (
        <Popover anchor={anchor} label={label} role="group" className="menu" onClose={close}>
          <Menu label={label} items={items} onDone={close} />
        </Popover>
      )}
    </>
  )
}
