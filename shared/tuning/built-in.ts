import { type TuningProfileDocument, type TuningProfileInput, tuningProfileDocument } from './document.ts'
import { inference } from './profiles/inference.ts'
import { networkLossless } from './profiles/network-lossless.ts'

const brought: readonly TuningProfileInput[] = [inference, networkLossless]

/** The profiles that Hostler brings, by name, as they are written. */
export const builtInDocuments: ReadonlyMap<string, TuningProfileInput> = new Map(brought.map((written) => [written.name, written]))

/** The same, read. Users' own may inherit them and cannot take their names. */
export const builtInProfiles: ReadonlyMap<string, TuningProfileDocument> = new Map(
  brought.map((written) => [written.name, tuningProfileDocument.parse(written)]),
)
