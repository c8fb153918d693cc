import { describe, expect, it } from 'vitest'
import { HostApp } from '../../src/core/host-app.js'
import { checkOrigin, Origins } from '../../src/core/origins.js'
import { standInApp } from '../../src/http/stand-in.js'

const check = (origin: unknown) => () => checkOrigin(origin, 'origins[0]')

describe('a listed origin', () => {
  it.each([
    ...['https://example.com', 'http://localhost:3000', 'https://[::1]:8443', 'https://sub.example.com'],
    ...['capacitor://localhost', 'ionic://localhost', 'app.my-chat+1://example.com:1234', 'tauri://localhost'],
  ])('is that of a site, or of an app’s web view: %s', (origin) => {
    expect(check(origin)()).toBeUndefined()
  })

  it.each([
    ...['example.com', 'https://example.com/', 'https://example.com/chat', 'https://example.com:443', 'https://', ''],
    ...['HTTPS://example.com', 'https://Example.com', 'https://example.com?a', 'https://ann@example.com', 'null'],
    ...['file:///home/ann', 'file://host', 'capacitor://', 'capacitor://localhost/', 'capacitor://localhost?a'],
    ...['capacitor://a@localhost', 'capacitor://localhost#a', 'capacitor:localhost', 'Capacitor://localhost'],
    ...['data:text/plain,a', 'blob:nonsense', ' https://example.com', 'x y://localhost', '1app://localhost'],
  ])('is written as one: not "%s"', (origin) => {
    expect(check(origin)).toThrow(
      new TypeError(`express-chat: "${origin}" is not an origin; write it as https://example.com, without a path`),
    )
  })

  it.each(['*', 'https://*.example.com'])('lets in one site: not "%s"', (origin) => {
    expect(check(origin)).toThrow(
      new TypeError(
        `express-chat: the origin "${origin}" would let any site act as its visitors; list each origin by itself`,
      ),
    )
  })

  it('is a text', () => {
    expect(check(/example/)).toThrow('express-chat: origins[0] is an object; write an origin, as https://example.com')
  })
})

describe('an upgrade', () => {
  const allowed = (headers: Record<string, string>) =>
    new Origins([], new HostApp(standInApp())).isAllowed({
      headers: { host: 'example.com', ...headers },
      socket: {},
    } as never)

  it('may come from a program, which says no origin', () => {
    expect(allowed({})).toBe(true)
    expect(allowed({ cookie: 'sid=1' })).toBe(true)
  })

  it('may not come from what only contains an origin, or is none', () => {
    for (const origin of ['xhttps://example.com', 'https://a b', 'https://', ''])
      expect(allowed({ origin }), origin).toBe(false)
  })

  it('may come from anywhere with a token behind its kind alone', () => {
    const origin = 'https://elsewhere.example'
    expect(allowed({ origin, authorization: 'bearer   abc' })).toBe(true)
    for (const authorization of ['xBearer abc', 'Bearer', 'Bearer  ', 'Bearerabc'])
      expect(allowed({ origin, authorization }), authorization).toBe(false)
  })
})
