import { failureOf, type Parsed, parsed } from './failure.ts'
import { present } from './present.ts'
import { quantity } from './values.ts'

export interface NvLink {
  readonly link: number
  readonly active: boolean
  /** Speed of one direction. */
  readonly gigabytesPerSecond?: number
}

export interface GpuNvLinks {
  readonly index: number
  readonly uuid: string
  readonly links: readonly NvLink[]
}

const gpuLine = /^GPU (\d{1,4}): .*\(UUID: ([^)]+)\)\s*$/
const linkLine = /^\s*Link (\d{1,3}): (.+)$/

/**
 * Reads `nvidia-smi nvlink --status`. A GPU without NVLink has no lines; a host without any prints nothing, which is an empty
 * list. Never throws.
 */
export const parseNvLinkStatus = (output: string): Parsed<readonly GpuNvLinks[]> => {
  if (output.trim() === '') return parsed([])
  const gpus: { index: number; uuid: string; links: NvLink[] }[] = []
  for (const line of output.split('\n')) {
    const gpu = gpuLine.exec(line)
    if (gpu) gpus.push({ index: Number(gpu[1]), uuid: gpu[2] ?? '', links: [] })
    const link = linkLine.exec(line)
    if (!link) continue
    const speed = quantity(link[2], 'gigabytesPerSecond')
    gpus.at(-1)?.links.push(present<NvLink>({ link: Number(link[1]), active: speed !== undefined && speed > 0, gigabytesPerSecond: speed }))
  }
  return gpus.length === 0 ? failureOf(output) : parsed(gpus)
}
