import { ChatError } from '../contract/problems.js'

/** Characters of a file's name. */
const longestName = 191

/** What a system opens by running it, or as a page that may: a name must not promise that of a picture or a text. */
const activeExtension = new Set(
  (
    'html htm xhtml xht shtml mht mhtml svg svgz xml xsl xslt rdf js mjs cjs wasm swf hta htc url lnk desktop webloc ' +
    'exe msi bat cmd com scr pif ps1 vbs vbe wsf jar app command sh reg cpl dll'
  ).split(' '),
)

/**
 * The name that a file is kept under: the last part of the path that was given, without what is invisible or turns the
 * direction of writing, and with an extension of its own kind where the given one is of something that runs.
 */
export function filenameFor(given: string, extension: string): string {
  const [last = ''] = given.toWellFormed().split(/[\\/]/).slice(-1)
  const shown = last.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u00AD\u180E\u200B\u2060-\u2064\uFEFF]/gu, '')
  // Windows leaves these off, and with them what stands before them would be the extension.
  const name = shown.trim().replace(/[\s.]+$/, '')
  if (name.length > longestName) {
    throw new ChatError('too_large', `the name of a file may have ${longestName} characters`)
  }
  if (name === '') return `file.${extension}`
  const [, own = ''] = /\.([^.]*)$/.exec(name) ?? []
  if (!activeExtension.has(own.trim().toLowerCase())) return name
  // Not beginning with the second half of a character.
  return `${name}.${extension}`.slice(-longestName).replace(/^[\uDC00-\uDFFF]/, '')
}
