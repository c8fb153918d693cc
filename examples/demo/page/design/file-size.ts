import { plural } from './plural.js'

const bytes = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })

export function fileSize(size: number): string {
  if (size < 1e3) return plural(size, 'byte')
  return size < 1e6 ? `${bytes.format(size / 1e3)} kB` : `${bytes.format(size / 1e6)} MB`
}
