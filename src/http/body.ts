import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import express, { type Request, type Response } from 'express'
import { invalidAt } from '../contract/parse.js'
import { ChatError, type ProblemCode } from '../contract/problems.js'

const isJson = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i
const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i

const malformed = (detail: string): ChatError => invalidAt([{ pointer: '', detail }])
const tooLarge = (limit: number): ChatError => new ChatError('too_large', `the body may have ${limit} bytes`)
const unsupported = (detail: string): ChatError => new ChatError('unsupported_media_type', detail)

export type BodyReader = (request: Request, response: Response) => Promise<unknown>

/** Reads JSON bodies, whether the host has read them before us or not. */
export function createBodyReader(limit: number): BodyReader {
  const parser = express.json({
    limit,
    strict: false,
    type: () => true,
    verify(_request, _response, bytes) {
      if (!isUtf8(bytes)) throw malformed('is not UTF-8')
    },
  })
  return async (request, response) => {
    checkType(request)
    if (Number(request.headers['content-length']) > limit) throw tooLarge(limit)
    // Express 4 sets an empty object if nothing was parsed. Only the stream shows whether it was read.
    if (request.readableEnded || request.destroyed) return readByHost(request, limit)
    await new Promise<void>((resolve, reject) => {
      parser(request, response, (error?: unknown) => (error ? reject(refusalOfParser(error) ?? error) : resolve()))
    })
    // `null` is a body, which no schema accepts. A missing body counts as an empty object.
    return request.body === undefined ? {} : request.body
  }
}

function checkType({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? ''
  if (!isJson.test(type)) throw unsupported('the body must be application/json')
  const name = charset.exec(type)?.[1] ?? 'utf-8'
  if (!/^utf-?8$/i.test(name)) throw unsupported('the body must be UTF-8')
}

function readByHost(request: Request, limit: number): unknown {
  const body: unknown = request.body
  const { 'content-encoding': encoding, 'content-length': length } = request.headers
  const isMeasured = length !== undefined && encoding === undefined
  if (!isMeasured && sizeOf(body) > limit) throw tooLarge(limit)
  if (typeof body === 'string') return fromJson(body)
  if (body instanceof Uint8Array) {
    if (!isUtf8(body)) throw malformed('is not UTF-8')
    return fromJson(Buffer.from(body).toString())
  }
  if (body !== undefined) return body
  if (Number(length) > 0 || request.headers['transfer-encoding'] !== undefined) {
    throw malformed('was read by another middleware, which left nothing of it')
  }
  return {}
}

function sizeOf(body: unknown): number {
  if (body === undefined) return 0
  if (typeof body === 'string') return Buffer.byteLength(body)
  if (body instanceof Uint8Array) return body.length
  try {
    return Buffer.byteLength(JSON.stringify(body))
  } catch {
    throw malformed('is nested too deeply')
  }
}

function fromJson(text: string): unknown {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch (error) {
    throw malformed(`is not JSON: ${(error as Error).message}`)
  }
}

/** The problems for the error types of body-parser, ours or the host's. An error of the host's own `verify` is not among them. */
const parserErrors = new Set([
  ...['entity.parse.failed', 'entity.too.large', 'charset.unsupported', 'encoding.unsupported', 'request.aborted'],
  ...['request.size.invalid', 'parameters.too.many', 'querystring.parse.rangeError'],
])
const codes: Record<number, ProblemCode> = { 400: 'invalid_request', 413: 'too_large', 415: 'unsupported_media_type' }

/** Returns undefined for an error that did not come from reading a body. */
export function refusalOfParser(error: unknown): ChatError | undefined {
  if (!(error instanceof Error)) return undefined
  const { message, status, type, code, limit } = error as Error & {
    status?: number
    type?: string
    code?: string
    limit?: number
  }
  if (status === 400 && code?.startsWith('Z_')) return malformed('cannot be decompressed')
  const problem = codes[status ?? 0]
  if (!problem || !parserErrors.has(type ?? '')) return undefined
  if (type === 'entity.parse.failed') return malformed(`is not JSON: ${message}`)
  if (limit !== undefined) return tooLarge(limit)
  return problem === 'invalid_request' ? malformed(message) : new ChatError(problem, message)
}
