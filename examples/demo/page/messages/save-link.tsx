import type { Media } from 'express-chat/client'
import { useChatClient, useMediaSource } from 'express-chat/react'
import type { ComponentProps, MouseEvent } from 'react'

/** Saves a file, by a URL that is good when it is used: the page may have been open for longer than the one that is shown. */
export function SaveLink({ media, ...link }: Omit<ComponentProps<'a'>, 'media'> & { media: Media }) {
  const client = useChatClient()
  const { src } = useMediaSource(media.url)
  const save = async (event: MouseEvent) => {
    event.preventDefault()
    const href = await client.media.refresh(media.url).catch(() => src)
    Object.assign(document.createElement('a'), { href, download: media.filename }).click()
  }
  return <a {...link} href={src} download={media.filename} onClick={(event) => void save(event)} />
}
