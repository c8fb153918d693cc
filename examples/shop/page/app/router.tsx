import { type ComponentProps, type MouseEvent, useSyncExternalStore } from 'react'

export function navigate(path: string): void {
  history.pushState(null, '', path)
  dispatchEvent(new PopStateEvent('popstate'))
  scrollTo(0, 0)
}

const subscribe = (listener: () => void) => {
  addEventListener('popstate', listener)
  return () => removeEventListener('popstate', listener)
}

export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname)

/** A link within the shop, which loads no new page. */
export function Link({ href, ...rest }: ComponentProps<'a'> & { href: string }) {
  const path = usePath()
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    navigate(href)
  }
  return <a {...rest} href={href} onClick={follow} aria-current={path === href ? 'page' : undefined} />
}
