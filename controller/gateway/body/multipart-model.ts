/** The boundary of a multipart/form-data content type, if that is what it is. */
export const boundaryOf = (contentType: string): string | undefined => {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return undefined
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  return match?.[1] ?? match?.[2]
}

const maxModelBytes = 1024
const maxPartHeaderBytes = 16 * 1024
const namesModel = /^content-disposition:\s*form-data\s*;(?:[^\r\n]*;)?\s*name="?model"?\s*(?:;|$)/im

/**
 * The values of all fields named `model` (RFC 7578), files left unread. Undefined when the body is not the multipart that its
 * boundary promises.
 */
export const multipartModels = (body: Buffer, boundary: string): readonly string[] | undefined => {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const opening = delimiter.subarray(2)
  const first = body.subarray(0, opening.length).equals(opening) ? 0 : body.indexOf(delimiter)
  if (first === -1) return undefined
  const models: string[] = []
  let at = first === 0 ? opening.length : first + delimiter.length
  while (body.toString('latin1', at, at + 2) !== '--') {
    const headersFrom = body.indexOf('\r\n', at)
    const headersTo = headersFrom === -1 ? -1 : body.indexOf('\r\n\r\n', headersFrom)
    if (headersTo === -1 || headersTo - headersFrom > maxPartHeaderBytes) return undefined
    const contentFrom = headersTo + 4
    const contentTo = body.indexOf(delimiter, headersTo + 2)
    if (contentTo === -1) return undefined
    if (namesModel.test(body.toString('latin1', headersFrom + 2, headersTo))) {
      models.push(body.toString('utf8', contentFrom, Math.min(Math.max(contentFrom, contentTo), contentFrom + maxModelBytes)))
    }
    at = contentTo + delimiter.length
  }
  return models
}
