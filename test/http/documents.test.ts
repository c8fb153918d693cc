import { createConfig, lintFromString } from '@redocly/openapi-core'
import core from '@stoplight/spectral-core'
import rulesets from '@stoplight/spectral-rulesets'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { commands } from '../../src/contract/frames.js'
import { asyncApi } from '../../src/http/asyncapi.js'
import type { Component } from '../../src/http/component.js'
import { components } from '../../src/http/components.js'
import { commandExamples } from '../../src/http/examples.js'
import { openApi } from '../../src/http/openapi.js'
import { routes } from '../../src/http/routes.js'
import { longMs } from '../patience.js'

/** What Spectral finds, by rule and place; `rules` are one of its own sets. */
async function spectral(document: object, rules: object): Promise<string[]> {
  const linter = new core.Spectral()
  linter.setRuleset({ extends: [rules as never] })
  const found = await linter.run(JSON.parse(JSON.stringify(document)))
  return found.map(({ code, path, message }) => `${code} at /${path.join('/')}: ${message}`)
}

async function redocly(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] })
  const found = await lintFromString({ source: JSON.stringify(document), absoluteRef: '/openapi.json', config })
  return found.map(({ ruleId, location, message }) => `${ruleId} at ${location[0]?.pointer}: ${message}`)
}

describe('the documents of the API', { timeout: longMs }, () => {
  const securitySchemes = { session: { type: 'apiKey', in: 'cookie', name: 'sid' } } as const
  const contact = { name: 'Kitchen', url: 'https://example.com/kitchen', email: 'kitchen@example.com' }

  it('pass the rules that Redocly recommends, and those of Spectral for OpenAPI, without an error or a warning', async () => {
    const document = openApi(routes, '/chat')
    expect([...(await redocly(document)), ...(await spectral(document, rulesets.oas))]).toEqual([])
  })

  it('pass the rules of Spectral for AsyncAPI without an error or a warning, once the host has said whom to ask', async () => {
    expect(await spectral(asyncApi('/chat', { contact }), rulesets.asyncapi)).toEqual([])
    const only = await spectral(asyncApi('/chat'), rulesets.asyncapi)
    expect(only).toEqual([expect.stringMatching(/^asyncapi-info-contact-properties /)])
  })

  it('name the ways to sign in that the host names, and a bearer token where it names none', () => {
    expect(openApi(routes, '/chat').components.securitySchemes).toHaveProperty('bearer.scheme', 'bearer')
    const { components, security, info } = openApi(routes, '/chat', { securitySchemes, contact })
    expect(components.securitySchemes).toEqual(securitySchemes)
    expect(security).toEqual([{ session: [] }])
    expect(info.contact).toEqual(contact)
  })

  it('show examples that the contract accepts', () => {
    for (const [name, { schema, example }] of Object.entries<Component>(components)) {
      expect(schema.safeParse(example).error, name).toBeUndefined()
    }
    for (const [name, example] of Object.entries(commandExamples)) {
      const command: z.ZodType = commands[name as keyof typeof commands]
      expect(command.safeParse(example).error, name).toBeUndefined()
    }
  })
})
