import { type TuningProfileDocument, tuningProfileDocument } from './document.ts'
import { inference } from './profiles/inference.ts'
import { networkLossless } from './profiles/network-lossless.ts'

/** The profiles that Hostler brings, by name. Users' own may inherit them and cannot take their names. */
export const builtInProfiles: ReadonlyMap<string, TuningProfileDocument> = new Map(
  [inference, networkLossless].map((written) => [written.name, tuningProfileDocument.parse(written)]),
)
