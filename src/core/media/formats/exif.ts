/** EXIF may begin with its name, as it must in a JPEG. */
const name = 'Exif\0\0'

const orientationTag = 0x0112

/** How a picture is turned, from 1 (as it lies) to 8; 1 where the EXIF does not say so. */
export function orientationIn(exif: Buffer): number {
  const tiff = exif.toString('latin1', 0, name.length) === name ? exif.subarray(name.length) : exif
  const order = tiff.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return 1
  const isLittle = order === 'II'
  const word = (at: number): number => {
    if (at + 2 > tiff.length) return 0
    return isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at)
  }
  const long = (at: number): number => (isLittle ? word(at) + word(at + 2) * 65_536 : word(at) * 65_536 + word(at + 2))
  const directory = long(4)
  const end = Math.min(directory + 2 + word(directory) * 12, tiff.length)
  for (let entry = directory + 2; entry + 12 <= end; entry += 12) {
    if (word(entry) !== orientationTag) continue
    const value = word(entry + 8)
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

/** EXIF that tells how a picture is turned, and nothing else. */
export function exifOf(orientation: number): Buffer {
  const tiff = Buffer.from('49492a00080000000100120103000100000000000000000000000000', 'hex').subarray(0, 26)
  tiff.writeUInt16LE(orientation, 18)
  return tiff
}
