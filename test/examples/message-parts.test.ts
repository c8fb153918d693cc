import { describe, expect, it } from 'vitest'
import { type Inline, inlineOf } from '../../examples/demo/page/messages/inline-parts.js'
import { type Block, blocksOf } from '../../examples/demo/page/messages/message-parts.js'

/** What a reader would see, with a letter for each kind: `b(bold)`. */
const shown = (parts: readonly Inline[]): string =>
  parts
    .map((part) => {
      if (part.kind === 'text') return part.text
      if (part.kind === 'link') return part.href === part.text ? `a(${part.text})` : `a(${part.text} → ${part.href})`
      if ('parts' in part) return `${part.kind[0]}(${shown(part.parts)})`
      return `${part.kind[0]}(${part.text})`
    })
    .join('')

const inline = (text: string, names: readonly string[] = []): string => shown(inlineOf(text, names))
const blocks = (text: string) =>
  blocksOf(text, []).map((block: Block) => {
    if (block.kind === 'list') return [block.start === null ? 'bullets' : block.start, ...block.items.map(shown)]
    return [block.kind, block.kind === 'code' ? block.text : shown(block.parts)]
  })

describe('the text of a message', () => {
  it.each([
    ['see https://example.com/a?b=c#d.', 'see a(https://example.com/a?b=c#d).'],
    ['(https://en.example.org/wiki/Foo_(bar))', '(a(https://en.example.org/wiki/Foo_(bar)))'],
    [
      'example.com/x and www.example.museum!',
      'a(example.com/x → https://example.com/x) and a(www.example.museum → https://www.example.museum)!',
    ],
    [
      'it is on sub.example.co.uk:8080/path, look',
      'it is on a(sub.example.co.uk:8080/path → https://sub.example.co.uk:8080/path), look',
    ],
    ['bücher.de', 'a(bücher.de → https://bücher.de)'],
    ['write to bob@example.com', 'write to a(bob@example.com → mailto:bob@example.com)'],
  ])('has links, with a scheme or without: %s', (text, expected) => {
    expect(inline(text)).toBe(expected)
  })

  it.each([
    'README.md',
    'main.rs',
    'file.ts',
    'Node.js',
    'e.g. this',
    '3.14',
    'end.Then',
    'v1.2.3',
    'a@b',
    'user@localhost',
  ])('takes %s for no link', (text) => {
    expect(inline(text)).toBe(text)
  })

  it.each([
    ['*bold* and **bold**', 'b(bold) and b(bold)'],
    ['_italic_, ~gone~', 'i(italic), s(gone)'],
    ['*bold with _italic_ in it*', 'b(bold with i(italic) in it)'],
    ['`*code*`', 'c(*code*)'],
    ['*see example.com*', 'b(see a(example.com → https://example.com))'],
    ['(*so*)', '(b(so))'],
  ])('has emphasis: %s', (text, expected) => {
    expect(inline(text)).toBe(expected)
  })

  it.each([
    '2*3*4',
    'snake_case_name',
    '* not bold *',
    '** **',
    '*',
    '***',
    '_',
    'a * b * c',
    '5 ~ 6 ~ 7',
    '*over\nlines*',
  ])('leaves signs that mean themselves: %s', (text) => {
    expect(inline(text)).toBe(text)
  })

  it('keeps signs in links and code', () => {
    expect(inline('https://example.com/_a_/*b*')).toBe('a(https://example.com/_a_/*b)*')
    expect(inline('https://example.com/snake_case_name')).toBe('a(https://example.com/snake_case_name)')
  })

  it('has the names of those who are mentioned, the longest first', () => {
    expect(inline('@Anna and @Ann, *@Ann*', ['Ann', 'Anna'])).toBe('m(@Anna) and m(@Ann), b(m(@Ann))')
    expect(inline('@A.*(b)', ['A.*(b)'])).toBe('m(@A.*(b))')
  })

  it('has lists, quotes and code between fences', () => {
    expect(blocks('To buy:\n- milk\n- *bread*\nThanks')).toEqual([
      ['text', 'To buy:'],
      ['bullets', 'milk', 'b(bread)'],
      ['text', 'Thanks'],
    ])
    expect(blocks('3. three\n4) four')).toEqual([[3, 'three', 'four']])
    expect(blocks('> said\n> so\nyes')).toEqual([
      ['quote', 'said\nso'],
      ['text', 'yes'],
    ])
    expect(blocks('Look:\n```ts\nconst a = *b*\n- c\n```\nend')).toEqual([
      ['text', 'Look:'],
      ['code', 'const a = *b*\n- c'],
      ['text', 'end'],
    ])
    expect(blocks('```in a line``` after')).toEqual([
      ['code', 'in a line'],
      ['text', ' after'],
    ])
  })

  it('takes a dash or a number in a sentence for what it is', () => {
    expect(blocks('- ')).toEqual([['text', '- ']])
    expect(blocks('-5 degrees')).toEqual([['text', '-5 degrees']])
    expect(blocks('2026. That was a year')).toEqual([[2026, 'That was a year']])
    expect(blocks('one\n\n\ntwo')).toEqual([['text', 'one\n\n\ntwo']])
  })

  it.each([
    '<img src=x onerror=alert(1)>',
    '[click](javascript:alert(1))',
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x https://example.com/"onmouseover="alert(1)',
    'https://example.com/<script>',
    '*<b>*',
  ])('leads nowhere but to the web and to mail: %s', (text) => {
    const links = (parts: readonly Inline[]): string[] =>
      parts.flatMap((part) => (part.kind === 'link' ? [part.href] : 'parts' in part ? links(part.parts) : []))
    for (const href of links(inlineOf(text, []))) {
      expect(new URL(href).protocol).toMatch(/^(https?|mailto):$/)
      expect(href).not.toMatch(/[<>"]/)
    }
  })

  it('loses no character that is not a sign of what is shown', () => {
    for (const text of [
      '<b>&amp;</b>',
      'a'.repeat(100),
      '\u202e abc',
      '```',
      '```\n',
      '`',
      '``',
      '\n',
      ' ',
      '@',
      '> ',
    ]) {
      const letters = JSON.stringify(blocksOf(text, [])).replace(/[^\p{L};&<>/]/gu, '')
      for (const letter of text.replace(/[^\p{L};&<]/gu, '')) expect(letters).toContain(letter)
    }
  })

  it.each([
    ['stars', '*'.repeat(8000)],
    ['open emphasis', '*a '.repeat(2600)],
    ['open and closed emphasis', '*a* _b '.repeat(1100)],
    ['dots', 'a.'.repeat(4000)],
    ['at signs', 'a@'.repeat(4000)],
    ['hyphens', `${'a-'.repeat(4000)}`],
    ['slashes', `https://${'/'.repeat(7900)}`],
    ['brackets', `https://a.com/${')'.repeat(7900)}`],
    ['fences', '```a'.repeat(2000)],
    ['backticks', '`'.repeat(8000)],
    ['lines', '- \n'.repeat(2600)],
  ])('is cut in a moment, whatever somebody makes of %s', (_, text) => {
    const start = process.cpuUsage()
    blocksOf(text, ['Bob'])
    const { user } = process.cpuUsage(start)
    expect(user / 1000).toBeLessThan(1000)
  })
})
