/**
 * The way to the server. Every failure is a Problem (the server said no, and why) or Offline (no
 * answer came; what was typed is kept and the same key makes a retry safe).
 */
import { reactive } from 'vue'

export interface FieldProblem {
  name: string
  code: string
  detail: string
}

/** A refusal or failure that the server explained (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly fields: FieldProblem[] = [],
  ) {
    super(detail || title)
  }
}

/** No answer came: the network or the server is away. */
export class Offline extends Error {}

export interface CallOptions {
  query?: Record<string, string | number | boolean | undefined | null>
  body?: unknown
  rev?: number
  key?: string
  signal?: AbortSignal
}

/** What every request carries; the session fills it. */
export const carrier = reactive({ csrf: '', lang: 'zh-CN', onSignedOut: () => {} })

const base = '/api/v1'

/** Writes the address of an API path with its query, leaving out what is empty. */
export function address(path: string, query: CallOptions['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '' && value !== false) search.set(name, String(value))
  }
  const text = search.toString()
  return base + path + (text ? `?${text}` : '')
}

/** A key for one opening of a form: the server does the same command once, however often it arrives. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}

function headers(method: string, options: CallOptions): Headers {
  const h = new Headers({ Accept: 'application/json', 'Accept-Language': carrier.lang })
  if (method !== 'GET') h.set('X-CSRF-Token', carrier.csrf)
  if (options.body !== undefined) h.set('Content-Type', 'application/json')
  if (options.rev !== undefined) h.set('If-Match', `"${options.rev}"`)
  if (options.key) h.set('Idempotency-Key', options.key)
  return h
}

/** Reads a problem document; a proxy's HTML page becomes a problem too. */
export function readProblem(status: number, body: string): Problem {
  try {
    const p = JSON.parse(body) as Record<string, unknown>
    return new Problem(status, String(p.code ?? ''), String(p.title ?? ''), String(p.detail ?? ''), (p.fields as FieldProblem[]) ?? [])
  } catch {
    return new Problem(status, 'http', `HTTP ${status}`, '')
  }
}

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(address(path, options.query), {
      method,
      headers: headers(method, options),
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      credentials: 'same-origin',
    })
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    throw new Offline()
  }
  const text = await answer.text().catch(() => { throw new Offline() })
  if (!answer.ok) {
    if (answer.status === 502 || answer.status === 503 || answer.status === 504) throw new Offline()
    const problem = readProblem(answer.status, text)
    if (answer.status === 401 && path !== '/session') carrier.onSignedOut()
    throw problem
  }
  return (text ? JSON.parse(text) : undefined) as T
}

export const get = <T>(path: string, query?: CallOptions['query'], signal?: AbortSignal) => call<T>('GET', path, { query, signal })
export const post = <T>(path: string, body: unknown = {}, options: CallOptions = {}) => call<T>('POST', path, { ...options, body })

/** Asks for a file; with a body, by a command that answers with one. */
export async function fetchBlob(path: string, body?: unknown, signal?: AbortSignal): Promise<Blob> {
  const method = body === undefined ? 'GET' : 'POST'
  const answer = await fetch(address(path), { method, headers: headers(method, { body }), body: body === undefined ? undefined : JSON.stringify(body), credentials: 'same-origin', signal })
    .catch((cause) => { throw signal?.aborted ? cause : new Offline() })
  if (!answer.ok) throw readProblem(answer.status, await answer.text())
  return answer.blob()
}

/** Gives a file that was asked for to the reader to keep. */
export function saveFile(blob: Blob, name: string): void {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** Sends one file and the fields beside it, with its progress (0 to 1), under a key that makes a retry safe. */
export function upload<T>(path: string, file: File, fields: Record<string, string>, key: string, progress: (part: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', base + path)
    request.setRequestHeader('X-CSRF-Token', carrier.csrf)
    request.setRequestHeader('Accept-Language', carrier.lang)
    request.setRequestHeader('Idempotency-Key', key)
    request.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total)
    request.onerror = () => reject(new Offline())
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T)
      else if (request.status === 0 || request.status >= 502) reject(new Offline())
      else reject(readProblem(request.status, request.responseText))
    }
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('file', file)
    request.send(form)
  })
}
