import { pciBusId } from './pci.ts'

/**
 * Why nvidia-smi's output holds no reading.
 * - `no-devices`: the driver runs and sees no GPU (or none of that index)
 * - `driver-unreachable`: the kernel module is not loaded or does not answer
 * - `library-mismatch`: the module and the user-space library are of different versions
 * - `library-missing`: libnvidia-ml.so was not found
 * - `nvml-failed`: NVML could not start for another reason; in a container usually a GPU that was taken away
 * - `gpu-lost`: one GPU cannot be opened, most often fallen off the bus
 * - `reset-required`: a GPU waits for a reset
 * - `no-permission`: the caller may not read
 * - `bad-query`: this driver does not know an option or field that was asked for
 * - `empty`, `truncated`, `unreadable`: no text, text that ends too early, text that is something else
 */
export type FailureKind =
  | 'no-devices'
  | 'driver-unreachable'
  | 'library-mismatch'
  | 'library-missing'
  | 'nvml-failed'
  | 'gpu-lost'
  | 'reset-required'
  | 'no-permission'
  | 'bad-query'
  | 'empty'
  | 'truncated'
  | 'unreadable'

export interface Failure {
  readonly kind: FailureKind
  /** What nvidia-smi said, or what is wrong with its output; one line, at most 300 characters. */
  readonly message: string
  /** The GPU concerned, in the kernel's form, where the text names one. */
  readonly pciBusId?: string
}

/** What every parser returns. None of them throws. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value })

export const failed = (kind: FailureKind, message: string): { ok: false; failure: Failure } => ({
  ok: false,
  failure: { kind, message: oneLine(message) },
})

// The order matters: a line can fit a specific pattern and the general one below it.
const patterns: readonly (readonly [RegExp, FailureKind])[] = [
  [/unable to determine the device handle for gpu/i, 'gpu-lost'],
  [/gpu is lost|fallen off the bus/i, 'gpu-lost'],
  [/gpu requires reset/i, 'reset-required'],
  [/no devices were found/i, 'no-devices'],
  [/couldn't communicate with the nvidia driver|nvidia-smi has failed/i, 'driver-unreachable'],
  [/driver\/library version mismatch/i, 'library-mismatch'],
  [/couldn't find libnvidia-ml|failed to load nvml|libnvidia-ml\.so.*(?:not found|cannot open)/i, 'library-missing'],
  [/failed to initialize nvml: (?:driver not loaded|gpu not found)/i, 'driver-unreachable'],
  [/failed to initialize nvml: insufficient permissions|^insufficient permissions/i, 'no-permission'],
  [/failed to initialize nvml/i, 'nvml-failed'],
  [/is not a valid field to query|option .* is not recognized|invalid combination of input arguments/i, 'bad-query'],
]

const handleOf = /device handle for gpu\s*(?:\d+:\s+)?([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])/i

/**
 * The first known error text in an output, or undefined when it holds none. The exit code is no guide:
 * several of these were seen on stdout with exit code 0.
 */
export const failureIn = (output: string): Failure | undefined => {
  for (const raw of output.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.length > 2000) continue
    const found = patterns.find(([pattern]) => pattern.test(line))
    if (!found) continue
    const busId = pciBusId(handleOf.exec(line)?.[1])
    return { kind: found[1], message: oneLine(line), ...(busId === undefined ? {} : { pciBusId: busId }) }
  }
  return undefined
}

/** The failure that an output without any reading amounts to. */
export const failureOf = (output: string): { ok: false; failure: Failure } => {
  const failure = failureIn(output)
  if (failure) return { ok: false, failure }
  if (output.trim() === '') return failed('empty', 'nvidia-smi printed nothing')
  return failed('unreadable', `expected nvidia-smi output, saw: ${output.trim()}`)
}

const oneLine = (text: string): string => {
  const line = text.slice(0, 1000).replace(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
