// This imports the default export, because webpack follows a `createRequire` that is imported by name.
import nodeModule from 'node:module'
import type { Span, SpanContext, Tracer } from '@opentelemetry/api'
import { ChatError } from '../contract/problems.js'
import type { BeforeHooks } from '../core/hooks.js'
import { type SpanAttributes, type SpanOptions, type Tracing, tracedHook } from '../core/telemetry.js'
import { version } from './version.js'

type Api = typeof import('@opentelemetry/api')

/** A batch may be linked to many requests; a span keeps 128 links unless its host says otherwise. */
const mostLinks = 128

/**
 * Spans by the host's `@opentelemetry/api`; undefined if the host has none. As with sharp, Node is asked for it, since bundlers fail
 * if something that is imported is not installed. Each copy of it finds the one SDK of the process.
 */
export function findTracing(load = loadFromHost): Tracing | undefined {
  let api: Api
  try {
    api = load() as Api
  } catch {
    return undefined
  }
  return new Spans(api)
}

function loadFromHost(): unknown {
  return nodeModule.createRequire(typeof __filename === 'string' ? __filename : import.meta.url)('@opentelemetry/api')
}

class Spans implements Tracing {
  readonly #tracer: Tracer

  constructor(readonly api: Api) {
    // An SDK that is registered later is found by it as well.
    this.#tracer = api.trace.getTracer('express-chat', version)
  }

  run<T>(
    name: string,
    attributes: SpanAttributes,
    work: () => Promise<T>,
    { isRoot = false, links = [] }: SpanOptions = {},
  ): Promise<T> {
    const some = (links as SpanContext[]).slice(0, mostLinks).map((context) => ({ context }))
    return this.#tracer.startActiveSpan(name, { attributes, root: isRoot, links: some }, async (span) => {
      try {
        return await work()
      } catch (error) {
        this.#note(span, error)
        throw error
      } finally {
        span.end()
      }
    })
  }

  current(): SpanContext | undefined {
    return this.api.trace.getActiveSpan()?.spanContext()
  }

  /** The message of an error may quote what somebody wrote. A refusal is no error of the server's. */
  #note(span: Span, error: unknown): void {
    const [type, isOurs] =
      error instanceof ChatError
        ? [error.code, error.status >= 500]
        : [error instanceof Error ? error.name : typeof error, true]
    span.setAttribute('error.type', type)
    if (isOurs) span.setStatus({ code: this.api.SpanStatusCode.ERROR })
  }
}

/** The host's `before` hooks, each call of which is a span. */
export function tracedHooks(before: BeforeHooks, tracing: Tracing | undefined): BeforeHooks {
  if (!tracing) return before
  const names = ['message', 'room', 'member', 'leave', 'upload'] satisfies (keyof BeforeHooks)[]
  const traced = names.flatMap((name) => {
    const hook = before[name]?.bind(before) as ((...given: unknown[]) => unknown) | undefined
    return hook ? [[name, tracedHook(tracing, `before.${name}`, hook)]] : []
  })
  return Object.fromEntries(traced)
}
