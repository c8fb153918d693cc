import { byId, h } from './dom.js'
import { emoji } from './message-view.js'

const gapPx = 6

/** A few emoji beside the button that asked for them. The popover closes itself on Escape and on a click elsewhere. */
export function createReactionMenu() {
  const menu = byId('reaction-menu')
  let choose = () => {}
  let opener = null

  const pick = (reaction) => () => {
    menu.hidePopover()
    opener?.focus({ preventScroll: true })
    choose(reaction)
  }
  menu.append(
    ...emoji.map((reaction) =>
      h('button', { type: 'button', 'aria-label': `React with ${reaction}`, onclick: pick(reaction) }, reaction),
    ),
  )

  function place(anchor) {
    const { width, height } = menu.getBoundingClientRect()
    const { top, bottom, right } = anchor.getBoundingClientRect()
    const left = Math.min(Math.max(gapPx, right - width), innerWidth - width - gapPx)
    const above = top - height - gapPx
    menu.style.left = `${left}px`
    menu.style.top = `${above > gapPx ? above : bottom + gapPx}px`
  }

  return {
    open(anchor, onChoose) {
      choose = onChoose
      opener = anchor
      menu.showPopover()
      place(anchor)
      menu.firstElementChild.focus()
    },
  }
}
