import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filenameFor as nameOf } from '../../src/core/media/filenames.js'

const types: Record<string, string> = {
  png: 'image/png',
  txt: 'text/plain',
  gz: 'application/gzip',
  zip: 'application/zip',
}
const filenameFor = (given: string, extension: string) =>
  nameOf(given, { contentType: types[extension] ?? 'application/octet-stream', extension })

/** Whatever the system or a browser opens by running it. */
const running = [
  ...['html', 'htm', 'xhtml', 'xht', 'shtml', 'mht', 'mhtml', 'svg', 'svgz', 'xml', 'xsl', 'xslt', 'rdf', 'js', 'mjs'],
  ...['cjs', 'wasm', 'swf', 'hta', 'htc', 'url', 'lnk', 'desktop', 'webloc', 'exe', 'msi', 'bat', 'cmd', 'com', 'scr'],
  ...['pif', 'ps1', 'vbs', 'vbe', 'wsf', 'jar', 'app', 'command', 'sh', 'reg', 'cpl', 'dll'],
]

/** What the system may well take the extension of a name for. */
const extensionOf = (name: string) => name.split('.').at(-1)?.trim().toLowerCase() ?? ''

describe('the name that a file is kept under', () => {
  it('is the last part of its path, on whatever system that was one', () => {
    for (const path of [
      '/home/ann/a.png',
      'C:\\Users\\Ann\\a.png',
      'b/../a.png',
      '\\\\server/share\\a.png',
      '/a.png',
    ]) {
      expect(filenameFor(path, 'png')).toBe('a.png')
    }
  })

  it('keeps what people write: spaces inside, dots before the extension, and every script', () => {
    for (const name of [
      'our holiday.png',
      'v1.2.final.tar.gz',
      'Übergröße ß.txt',
      '写真 1.PNG',
      '🙂.zip',
      'report.md',
      'a.docx.zip',
    ]) {
      const extension = /gz|zip|txt|md|PNG|png/.exec(name.slice(-3))?.[0]?.toLowerCase() ?? ''
      expect(filenameFor(name, extension === 'md' ? 'txt' : extension)).toBe(name)
    }
  })

  it('has no spaces at its ends, nor dots at the last one, which Windows leaves off', () => {
    for (const given of ['  a.png', 'a.png  ', 'a.png. . .', 'a.png...', '\u00A0a.png\u3000', 'a.png .']) {
      expect(filenameFor(given, 'png')).toBe('a.png')
    }
  })

  it('has nothing that is invisible, or that turns the direction of writing', () => {
    const invisible =
      '\u034F\u17B4\uFFF9\u{E0041}\0\x07\n\x1F\x7F\x85\u00AD\u061C\u180E\u200B\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E' +
      '\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\uFEFF'
    for (const one of invisible) expect(filenameFor(`a${one}b${one}.png`, 'png'), one).toBe('ab.png')
    // These join what is written into one sign.
    expect(filenameFor('می\u200Cخواهم.txt', 'txt')).toBe('می\u200Cخواهم.txt')
    expect(filenameFor('👩\u200D🚀.png', 'png')).toBe('👩\u200D🚀.png')
  })

  it('is well-formed, whatever was given', () => {
    expect(filenameFor('a\uD800b.png', 'png')).toBe('a\uFFFDb.png')
  })

  it('is that of no file where nothing is left', () => {
    for (const given of ['', '...', ' . ', '/', 'folder/', '\u202E', '\\'])
      expect(filenameFor(given, 'png')).toBe('file.png')
  })

  it('ends as its own kind does where it would end as something that runs', () => {
    for (const extension of running) {
      expect(filenameFor(`a.${extension}`, 'png')).toBe(`a.${extension}.png`)
      expect(filenameFor(`a.${extension.toUpperCase()}`, 'txt')).toBe(`a.${extension.toUpperCase()}.txt`)
    }
    expect(filenameFor('a.png.html', 'png')).toBe('a.png.html.png')
    expect(filenameFor('a. html', 'png')).toBe('a. html.png')
    expect(filenameFor('.svg', 'png')).toBe('.svg.png')
    // What stands in its midst is none.
    expect(filenameFor('html', 'png')).toBe('html.png')
    expect(filenameFor('a.html.zip', 'zip')).toBe('a.html.zip')
  })

  it('may have 191 characters, of which the first ones make way for another extension', () => {
    const longest = `${'a'.repeat(187)}.png`
    expect(filenameFor(longest, 'png')).toBe(longest)
    const tooLong = expect.objectContaining({
      code: 'too_large',
      detail: 'the name of a file may have 191 characters',
    })
    expect(() => filenameFor(`a${longest}`, 'png')).toThrow(tooLong)
    expect(filenameFor(`${'a'.repeat(186)}.html`, 'png')).toBe(`${'a'.repeat(182)}.html.png`)
    // What would be half a character goes too.
    expect(filenameFor(`a${'🙂'.repeat(92)}b.html`, 'png')).toBe(`${'🙂'.repeat(90)}b.html.png`)
    expect(filenameFor(`${'🙂'.repeat(92)}ab.html`, 'png')).toBe(`${'🙂'.repeat(90)}ab.html.png`)
  })

  it('names no folder, runs nothing, and is a name, whatever was given', () => {
    const part = fc.oneof(
      fc.constantFrom('.', '/', '\\', ' ', '\u202E', '\uD83D', 'html', 'EXE'),
      fc.string({ maxLength: 4 }),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const name = filenameFor(parts.join(''), 'png')
        expect(name).toMatch(/^[^/\\\p{Cc}\p{Bidi_Control}]{1,191}$/u)
        expect(name.isWellFormed()).toBe(true)
        expect(['.', '..']).not.toContain(name)
        expect(extensionOf(name)).toBe('png')
        // What has a name keeps it.
        expect(filenameFor(name, 'png')).toBe(name)
      }),
      { numRuns: 300 },
    )
  })
})
