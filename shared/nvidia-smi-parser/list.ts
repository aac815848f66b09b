import { type Failure, failureIn, failureOf, type Parsed, parsed } from './failure.ts'
import { present } from './present.ts'

export interface ListedGpu {
  readonly index: number
  readonly name: string
  readonly uuid: string
  readonly mig: readonly ListedMigDevice[]
}

export interface ListedMigDevice {
  readonly index: number
  /** Such as `1g.10gb`. */
  readonly profile: string
  readonly uuid: string
}

export interface Listing {
  readonly gpus: readonly ListedGpu[]
  /** An error text that stood between the GPUs. */
  readonly failure?: Failure
}

const gpuLine = /^GPU (\d{1,4}): (.+?) \(UUID: ([^)]+)\)\s*$/
const migLine = /^\s*MIG (\S+)\s+Device\s+(\d{1,4}): \(UUID: ([^)]+)\)\s*$/

/** Reads `nvidia-smi -L`. Never throws. */
export const parseList = (output: string): Parsed<Listing> => {
  const gpus: { index: number; name: string; uuid: string; mig: ListedMigDevice[] }[] = []
  for (const line of output.split('\n')) {
    const gpu = gpuLine.exec(line)
    if (gpu) gpus.push({ index: Number(gpu[1]), name: gpu[2] ?? '', uuid: gpu[3] ?? '', mig: [] })
    const mig = migLine.exec(line)
    if (mig) gpus.at(-1)?.mig.push({ index: Number(mig[2]), profile: mig[1] ?? '', uuid: mig[3] ?? '' })
  }
  if (gpus.length === 0) return failureOf(output)
  return parsed(present<Listing>({ gpus, failure: failureIn(output) }))
}
