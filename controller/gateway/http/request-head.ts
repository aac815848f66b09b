import { headerName } from './header-names.ts'

/** What the gateway itself wants to know of a request's headers, read in one pass. */
export class RequestHead {
  /** How many headers there are. */
  readonly count: number
  host: string | undefined
  hosts = 0
  transferEncoding: string | undefined
  transferEncodings = 0
  contentLength: string | undefined
  contentLengths = 0
  expect: string | undefined
  /** One of them is not `100-continue`. */
  expectsOther = false
  te: string | undefined
  upgrade: string | undefined
  authorization: string | undefined
  contentType: string | undefined
  apiKey: string | undefined
  contentEncoding: string | undefined
  requestId: string | undefined

  /** @param raw names and values in turn, as they came */
  constructor(raw: readonly string[]) {
    this.count = raw.length / 2
    for (let i = 0; i < raw.length; i += 2) this.#add(headerName(raw[i] ?? '').lower, raw[i + 1] ?? '')
  }

  /** Of what comes twice the first counts, or both do, as Node does it. */
  #add(name: string, value: string): void {
    switch (name) {
      case 'host':
        this.host ??= value
        this.hosts++
        break
      case 'transfer-encoding':
        this.transferEncoding ??= value
        this.transferEncodings++
        break
      case 'content-length':
        this.contentLength ??= value
        this.contentLengths++
        break
      case 'expect':
        this.expect = joined(this.expect, value)
        this.expectsOther ||= value.toLowerCase() !== '100-continue'
        break
      case 'te':
        this.te = joined(this.te, value)
        break
      case 'upgrade':
        this.upgrade = joined(this.upgrade, value)
        break
      case 'authorization':
        this.authorization ??= value
        break
      case 'content-type':
        this.contentType ??= value
        break
      case 'x-api-key':
        this.apiKey = joined(this.apiKey, value)
        break
      case 'content-encoding':
        this.contentEncoding = joined(this.contentEncoding, value)
        break
      case 'x-request-id':
        this.requestId = joined(this.requestId, value)
        break
    }
  }
}

const joined = (before: string | undefined, value: string): string => (before === undefined ? value : `${before}, ${value}`)
