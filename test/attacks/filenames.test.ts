import { Readable } from 'node:stream'
import { deflateRawSync } from 'node:zlib'
import { parse } from 'content-disposition'
import { afterAll, describe, expect, it } from 'vitest'
import { filenameFor } from '../../src/core/media/filenames.js'
import { shareHost } from '../core/shared-host.js'
import { databases, type TestDatabase } from '../databases.js'
import { givenStorage } from '../media/given-storage.js'
import { picture } from '../media/pictures.js'
import { fetchFile } from '../media/upload.js'

const zip = Buffer.concat([
  Buffer.from('504b0304140000000800', 'hex'),
  Buffer.alloc(16),
  deflateRawSync('x'),
  Buffer.alloc(30),
])

describe('names that a file was given to deceive', () => {
  const { storage, remove } = givenStorage()
  afterAll(remove)
  const host = shareHost(databases[0] as TestDatabase, { storage })

  const upload = (filename: string, bytes: Buffer) =>
    host.chat.media.upload('alice', { filename, stream: Readable.from([bytes]) })
  const nameOf = async (filename: string, bytes = Buffer.from('Hello')) => (await upload(filename, bytes)).filename

  const plain = (name: string) => filenameFor(name, { contentType: 'text/plain', extension: 'txt' })

  it('always end as their own kind does', async () => {
    const png = await picture(2, 2)
    // What some system opens by running it, and no list of bad endings is ever complete.
    const endings =
      'jse settingcontent-ms docm xlsm dotm appref-ms application gadget msc msp ws wsh vb ps1xml psm1 scf inf cmd ' +
      'library-ms search-ms theme iso img vhd py pyw rb pl php jnlp diagcab xll slk iqy rtf chm hlp ade mde terminal ' +
      'workflow action pkg dmg apk deb rpm AppImage html svg exe url lnk JSE HtMl'
    for (const ending of endings.split(' ')) {
      for (const [contentType, extension] of [
        ['text/plain', 'txt'],
        ['image/png', 'png'],
        ['application/zip', 'zip'],
        ['application/pdf', 'pdf'],
      ] as const) {
        expect(filenameFor(`a.${ending}`, { contentType, extension })).toBe(`a.${ending}.${extension}`)
      }
    }
    const text = { contentType: 'text/plain; charset=utf-16le', extension: 'txt' }
    for (const ending of ['txt', 'csv', 'json', 'md', 'TXT', 'log']) {
      expect(filenameFor(`a.${ending}`, text)).toBe(`a.${ending}`)
    }
    expect(await nameOf('a.settingcontent-ms')).toBe('a.settingcontent-ms.txt')
    expect(await nameOf('a.docm', zip)).toBe('a.docm.zip')
    expect(await nameOf('a.jse', png)).toBe('a.jse.png')
    expect(await nameOf('a.jpg', png)).toBe('a.jpg.png')
    expect(await nameOf('a', png)).toBe('a.png')
    expect(await nameOf('.png', png)).toBe('.png.png')
    expect(await nameOf('report.docx', zip)).toBe('report.docx')
  })

  it('mean nothing but themselves on any system', async () => {
    expect(await nameOf('x.exe::$DATA')).toBe('x.exe__$DATA.txt')
    expect(await nameOf('x.txt:evil.exe')).toBe('x.txt_evil.exe.txt')
    for (const device of ['CON', 'nul', 'Aux', 'PRN', 'com1', 'LPT9', 'COM¹', 'CONIN$', 'clock$']) {
      expect(plain(device)).toBe(`_${device}.txt`)
      expect(plain(`${device}.txt`)).toBe(`_${device}.txt`)
      expect(plain(`${device} .md`)).toBe(`_${device} .md`)
    }
    expect(await nameOf('console.txt')).toBe('console.txt')
    expect(await nameOf('a"; filename="b.html.txt')).toBe('a_; filename=_b.html.txt')
    expect(await nameOf('.htaccess')).toBe('.htaccess.txt')
    expect(await nameOf('desktop.ini')).toBe('desktop.ini.txt')
    expect(await nameOf('..\\..\\Startup\\a.bat')).toBe('a.bat.txt')
  })

  it('hide no ending behind what fills, turns or is not seen', () => {
    for (const filler of ['\u00A0', '\u3000', '\u2003', '\u2800', '\u3164', '\uFFA0', ' ', '\t \t']) {
      const name = plain(`bill.pdf${filler.repeat(60)}.exe`)
      expect(name, JSON.stringify(filler)).toMatch(/^bill\.pdf ?\.exe\.txt$/)
      expect(plain(`a.txt${filler}`)).toBe('a.txt')
      expect(plain(`a.exe.${filler}.`)).toBe('a.exe.txt')
    }
    for (const mark of ['\u202E', '\u2066', '\u200B', '\u{E0041}', '\u034F', '\uFEFF', '\0', '\x7F', '\u180E']) {
      expect(plain(`a${mark}txt.exe`), JSON.stringify(mark)).toBe('atxt.exe.txt')
      expect(plain(`a.ex${mark}e`)).toBe('a.exe.txt')
    }
    // Joiners are part of scripts and emoji; in an ending they make it another one, and that is none of the kind's.
    expect(plain('a.txt\u200D')).toBe('a.txt\u200D.txt')
    expect(plain('❤️ 👩‍🚀.txt')).toBe('❤️ 👩‍🚀.txt')
  })

  it('keep their ending within 191 characters, whatever makes way', () => {
    expect(plain(`${'x'.repeat(186)}.exe`)).toBe(`${'x'.repeat(183)}.exe.txt`)
    expect(plain(`${'x'.repeat(3)}con.${'x'.repeat(183)}`)).toHaveLength(191)
    expect(plain(`xxxxcon.${'x'.repeat(183)}`)).toMatch(/^_con\..*\.txt$|^_con\.x*/)
  })

  it('are told as they are to whoever downloads the file, those kept before this rule as well', async () => {
    const { id, url } = await upload('Preise; "2026" – 図.csv', Buffer.from('a;b'))
    const served = async () => {
      const { headers } = await fetchFile(host, url)
      const { type, parameters } = parse(headers.get('content-disposition') ?? '')
      return [type, parameters.filename]
    }
    expect(await served()).toEqual(['attachment', 'Preise; _2026_ – 図.csv'])
    for (const [filename, name] of [
      ['old.jse', 'old.jse.txt'],
      ['x.exe::$DATA', 'x.exe__$DATA.txt'],
    ] as const) {
      await host.prisma.chatMedia.update({ where: { id }, data: { filename } })
      expect(await served()).toEqual(['attachment', name])
    }
  })
})
