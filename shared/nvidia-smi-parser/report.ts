import { type Failure, failed, failureIn, failureOf, type Parsed, parsed } from './failure.ts'
import type { Gpu } from './gpu.ts'
import { present } from './present.ts'
import { readGpu } from './read-gpu.ts'
import { count, words } from './values.ts'
import { readXml, textAt } from './xml.ts'

/** What `nvidia-smi -q -x` says about a host. */
export interface Report {
  readonly driverVersion?: string
  readonly cudaVersion?: string
  /** GPUs that the driver counts. More than `gpus` holds: one could not be described. */
  readonly attachedGpus?: number
  /** The driver's own words; local time of the host, without a zone. */
  readonly timestamp?: string
  readonly gpus: readonly Gpu[]
  /** An error text that stood beside the XML, such as one lost GPU among healthy ones. */
  readonly failure?: Failure
}

// Kept out: long and read by nobody here.
const skip: ReadonlySet<string> = new Set(['supported_clocks', 'accounted_processes'])
const plain: ReadonlySet<string> = new Set(['process_name', 'product_name'])

/**
 * Reads the output of `nvidia-smi -q -x`, stdout and stderr together or apart. Never throws. Output that stops in the middle is
 * a failure of kind `truncated`, not a report with fewer GPUs.
 */
export const parseReport = (output: string): Parsed<Report> => {
  const start = output.search(/<nvidia_smi_log[\s>/]/)
  if (start < 0) {
    const other = failureOf(output)
    return /<\?xml|<!DOCTYPE nvidia_smi_log/.test(output) && other.failure.kind === 'unreadable'
      ? failed('truncated', 'the XML ends before its first element')
      : other
  }
  const read = readXml(output, start, { skip, plain })
  if (!read.ok) {
    const said = failureIn(output)
    return said ? { ok: false, failure: said } : failed(read.truncated ? 'truncated' : 'unreadable', read.message)
  }
  const { root, end } = read
  const gpus = root.children.filter((element) => element.name === 'gpu').map(readGpu)
  const failure = failureIn(output.slice(0, start)) ?? failureIn(root.text) ?? failureIn(output.slice(end))
  if (failure && gpus.length === 0) return { ok: false, failure }
  return parsed(
    present<Report>({
      driverVersion: words(textAt(root, 'driver_version')),
      cudaVersion: words(textAt(root, 'cuda_version')),
      attachedGpus: count(textAt(root, 'attached_gpus')),
      timestamp: words(textAt(root, 'timestamp')),
      gpus,
      failure,
    }),
  )
}
