import type { IncomingMessage } from 'node:http'
import type { Request as Request5 } from 'express'
import type { ChatOptions, createChatRouter, IsModerator, ResolveUser } from 'express-chat'
import type { Request as Request4 } from 'express4'
import { describe, expectTypeOf, it } from 'vitest'

type Router = typeof createChatRouter
/** What the compiler says of these is the test: nothing of them runs. */
const asked = (_: Pick<ChatOptions, 'resolveUser' | 'isModerator'>): void => {}

describe('the compiler knows the request that the host is asked about', () => {
  it('as far as Node does, where the host says nothing of it', () => {
    asked({
      resolveUser(request) {
        expectTypeOf(request.headers.authorization).toEqualTypeOf<string | undefined>()
        expectTypeOf(request.url).toEqualTypeOf<string | undefined>()
        expectTypeOf(request.method).toEqualTypeOf<string | undefined>()
        return { id: request.headers.authorization ?? '' }
      },
      isModerator: (user, request) => {
        expectTypeOf(user.id).toEqualTypeOf<string>()
        expectTypeOf(request.headers.authorization).toEqualTypeOf<string | undefined>()
        return true
      },
    })
    expectTypeOf<Parameters<Router>[0]['resolveUser']>().parameter(0).toHaveProperty('rawHeaders')
    // @ts-expect-error: it is a text, or a list of them
    asked({ resolveUser: (request) => ({ id: request.headers.authorization.toFixed() }) })
  })

  it('with whatever middleware has put on it', () => {
    asked({ resolveUser: ({ session }) => session.user ?? null, isModerator: (_, { user }) => user.isModerator })
    asked({ resolveUser: async ({ user }) => user && { id: String(user.id), name: user.name } })
    asked({ resolveUser: ({ cookies, auth }) => ({ id: cookies.name ?? auth.sub }) })
    const resolveUser: ResolveUser = ({ user }) => user
    const isModerator: IsModerator = (_, request) => request.session.isModerator
    asked({ resolveUser, isModerator })
  })

  it('as the host says it is', () => {
    asked({
      resolveUser: (request: Request5) => ({ id: request.get('x-user') ?? '' }),
      isModerator: (_, request: Request5) => request.secure,
    })
    asked({
      resolveUser: (request: Request4) => ({ id: request.get('x-user') ?? '' }),
      isModerator: (_, request: Request4) => request.secure,
    })
    asked({ resolveUser: (request: IncomingMessage) => ({ id: request.headers.host ?? '' }) })
    asked({
      resolveUser: (request: IncomingMessage & { session: { userId: string } }) => ({ id: request.session.userId }),
    })
    const typed: ResolveUser<Request5> = (request) => ({ id: request.ip ?? '' })
    asked({ resolveUser: typed })
    // @ts-expect-error: a request is no text
    asked({ resolveUser: (request: string) => ({ id: request }) })
  })

  it('and refuses what gives no user', () => {
    // @ts-expect-error: a user has an id
    asked({ resolveUser: ({ headers }) => ({ name: headers.authorization }) })
  })
})
