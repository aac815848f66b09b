import type { ResourceView__Output } from '../../../proto/generated/hostler/v1/ResourceView.ts'
import type { TuneReply__Output } from '../../../proto/generated/hostler/v1/TuneReply.ts'
import { isErrorCode, messageOf } from '../../../shared/errors/hostler-error.ts'
import { tuneAnswer } from '../../../shared/tuning/answer.ts'
import type { TuningProfile } from '../../../shared/tuning/profile.ts'
import type { StoredDocument, TuneOutcome } from '../view/tuning.ts'

export const storedFromWire = (wire: ResourceView__Output): StoredDocument => ({
  kind: wire.kind,
  name: wire.name,
  builtIn: wire.builtIn,
  createdUnixMs: wire.createdUnixMs,
  document: JSON.parse(wire.documentJson),
  ...(wire.resolvedJson === '' ? {} : { resolved: JSON.parse(wire.resolvedJson) as TuningProfile }),
})

export const outcomeFromWire = ({ host, document, code, error }: TuneReply__Output): TuneOutcome => {
  if (code !== '' || error !== '') return { host, error: { code: isErrorCode(code) ? code : 'INTERNAL', message: error } }
  try {
    return { host, answer: tuneAnswer.parse(JSON.parse(document.toString('utf8'))) }
  } catch (cause) {
    const message = `its answer cannot be read by this version of hostler; upgrade the older of the two: ${messageOf(cause)}`
    return { host, error: { code: 'PROTOCOL_MISMATCH', message } }
  }
}
