import { gzipSync } from 'node:zlib'
import { picture } from './pictures.js'
import { pngHeader } from './png-header.js'

export interface HostileFile {
  name: string
  /** What the uploader says that it is. */
  type: string
  bytes: Buffer
}

/** Tells the page's host that it ran. */
const run = `fetch('/ran?'+encodeURIComponent(location.href)),document.title='ran'`
const script = `<script>${run}</script>`
const html = `<!doctype html><title>page</title>${script}<img src=x onerror="${run}"><svg onload="${run}">`
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="${run}"><script>${run}</script></svg>`
const xhtml = `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><script>${run}</script></body></html>`
const pdf = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\);this.submitForm\\('/ran'\\))>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj
trailer<</Root 1 0 R>>
`
/** What only begins like a GIF. */
const javascriptGif = Buffer.from(`GIF89a/*${'\0'.repeat(8)}*/=1;${run}//`, 'latin1')

/** A GIF that every decoder takes, 10,799 wide since its width reads as the beginning of a comment. */
function soundJavascriptGif(gif: Buffer): Buffer {
  const picture = Buffer.from(gif)
  picture.write('/*', 6)
  return Buffer.concat([picture, Buffer.from(`*/=1;${run}//`)])
}

/** Forty files that would be a page or a script, if anything took them for one. */
export async function hostileFiles(): Promise<HostileFile[]> {
  const [png, jpeg, gif, webp] = await Promise.all(
    (['png', 'jpeg', 'gif', 'webp'] as const).map((format) => picture(16, 16, format)),
  )
  const mp4 = Buffer.concat([
    Buffer.from('0000001c667479706d703432000000006d7034326d70343169736f6d', 'hex'),
    Buffer.from(html),
  ])
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(html, 'utf16le')])
  const files: [name: string, type: string, bytes: string | Buffer | undefined][] = [
    ['page.html', 'text/html', html],
    ['page.htm', 'image/png', html],
    ['page.png', 'image/png', html],
    ['page.txt', 'text/plain', html],
    ['spaces.txt', 'text/plain', ` \n\t${html}`],
    ['bom.html', 'text/html', `\uFEFF${html}`],
    ['utf16.html', 'text/html; charset=utf-16', utf16],
    ['utf7.html', 'text/html; charset=utf-7', '+ADw-script+AD4-document.title=+ACc-ran+ACc-+ADw-/script+AD4-'],
    ['comment.html', 'text/html', `<!-- -->${html}`],
    ['words-first.html', 'text/html', `Hello ${html}`],
    ['words-first.txt', 'text/html', `Hello ${html}`],
    ['nul.html', 'text/html', `\0\0${html}`],
    ['picture.svg', 'image/svg+xml', svg],
    ['picture.png', 'image/svg+xml', svg],
    ['prolog.svg', 'image/svg+xml', `<?xml version="1.0"?>${svg}`],
    ['doctype.svg', 'image/svg+xml', `<!DOCTYPE svg [<!ENTITY x "y">]>${svg}`],
    ['packed.svgz', 'image/svg+xml', gzipSync(svg)],
    ['page.xhtml', 'application/xhtml+xml', xhtml],
    ['page.xml', 'text/xml', xhtml],
    [
      'style.xsl',
      'text/xsl',
      `<?xml version="1.0"?><xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>`,
    ],
    ['feed.rss', 'application/rss+xml', `<rss><channel><title>${script}</title></channel></rss>`],
    ['letter.mhtml', 'multipart/related', `MIME-Version: 1.0\nContent-Type: text/html\n\n${html}`],
    ['letter.eml', 'message/rfc822', `From: a@b\nContent-Type: text/html\n\n${html}`],
    ['script.js', 'text/javascript', run],
    ['module.mjs', 'text/javascript', `export default ${run}`],
    ['worker.wasm', 'application/wasm', Buffer.from('0061736d01000000', 'hex')],
    ['cache.appcache', 'text/cache-manifest', 'CACHE MANIFEST\n/'],
    ['document.pdf', 'application/pdf', pdf],
    ['document.html', 'text/html', pdf],
    ['html-in.png', 'text/html', Buffer.concat([png ?? Buffer.alloc(0), Buffer.from(html)])],
    ['html-in.html', 'text/html', Buffer.concat([png ?? Buffer.alloc(0), Buffer.from(html)])],
    ['html-in.jpg', 'image/jpeg', Buffer.concat([jpeg ?? Buffer.alloc(0), Buffer.from(html)])],
    ['html-in.gif', 'image/gif', Buffer.concat([gif ?? Buffer.alloc(0), Buffer.from(html)])],
    ['html-in.webp', 'image/webp', Buffer.concat([webp ?? Buffer.alloc(0), Buffer.from(html)])],
    ['only-begins.png', 'image/png', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(html)])],
    ['javascript.gif', 'image/gif', javascriptGif],
    ['javascript.js', 'text/javascript', gif && soundJavascriptGif(gif)],
    ['page.mp4', 'video/mp4', mp4],
    ['huge.png', 'image/png', pngHeader(50_000, 50_000)],
    ['shortcut.url', 'application/internet-shortcut', `[InternetShortcut]\nURL=javascript:${run}`],
  ]
  return files.map(([name, type, bytes = '']) => ({ name, type, bytes: Buffer.from(bytes as Buffer) }))
}
