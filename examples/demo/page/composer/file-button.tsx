import { useRef } from 'react'
import { IconButton } from '../design/icon-button.js'

interface FileButtonProps {
  isDisabled: boolean
  onFiles(files: Iterable<File>): void
}

/** Asks for files to send. */
export function FileButton({ isDisabled, onFiles }: FileButtonProps) {
  const picker = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={({ target }) => {
          onFiles(target.files ?? [])
          target.value = ''
        }}
      />
      <IconButton icon="attach" label="Attach files" disabled={isDisabled} onClick={() => picker.current?.click()} />
    </>
  )
}
