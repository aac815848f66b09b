import { isUtf8 } from 'node:buffer'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { boundaryOf, multipartModels } from './multipart-model.ts'
import { maxDepth, scanTopLevel } from './scan-json.ts'

const invalid = (message: string): HostlerError => new HostlerError('BODY_INVALID', message)

const fromJson = (body: Buffer): string | undefined => {
  if (!isUtf8(body)) throw invalid('The request body is not valid UTF-8. JSON is sent as UTF-8.')
  const scanned = scanTopLevel(body, 'model')
  switch (scanned.kind) {
    case 'found':
      return scanned.value
    case 'absent':
      return undefined
    case 'not-string':
      throw invalid("'model' in the request body is not a string. Send the name of a model as GET /v1/models lists it.")
    case 'not-object':
      throw invalid('The request body is JSON, but not an object. Send an object with a "model".')
    case 'too-deep':
      throw invalid(`The request body is JSON nested deeper than ${maxDepth} levels.`)
    case 'malformed': {
      const end = scanned.offset >= body.length
      throw invalid(
        `The request body is not valid JSON: ${end ? `it ends too early, after ${body.length} bytes` : `byte ${scanned.offset} is not what JSON allows there`}.`,
      )
    }
  }
}

const fromMultipart = (body: Buffer, boundary: string): string | undefined => {
  const models = multipartModels(body, boundary)
  if (!models) throw invalid('The request body is not the multipart/form-data that its boundary promises.')
  if (new Set(models).size > 1) throw invalid('The form has several fields named "model" that differ. Send one.')
  return models[0]
}

/**
 * The model that a request asks for; undefined when it names none. A body without a content type is taken for JSON.
 * @throws HostlerError BODY_INVALID
 */
export const findModel = (body: Buffer, contentType: string | undefined, contentEncoding: string | undefined): string | undefined => {
  if (body.length === 0) return undefined
  if (contentEncoding !== undefined && !/^\s*(identity)?\s*$/i.test(contentEncoding)) {
    throw invalid(
      `The request body is compressed (content-encoding: ${contentEncoding.slice(0, 40)}), which engines do not read. Send it as it is.`,
    )
  }
  if (contentType === undefined || /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType)) return fromJson(body)
  const boundary = boundaryOf(contentType)
  if (boundary !== undefined) return fromMultipart(body, boundary)
  // Engines read JSON whatever a careless client calls it (curl -d says that it is a form).
  return body[0] === 0x7b ? fromJson(body) : undefined
}
