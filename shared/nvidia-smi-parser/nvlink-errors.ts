import { failureOf, type Parsed, parsed } from './failure.ts'

export interface NvLinkErrors {
  readonly link: number
  /** The driver's kinds in small letters without the word errors: `replay`, `recovery`, `crc`, `symbol`, … */
  readonly counts: Readonly<Record<string, number>>
}

export interface GpuNvLinkErrors {
  readonly index: number
  readonly uuid: string
  readonly links: readonly NvLinkErrors[]
}

const gpuLine = /^GPU (\d{1,4}): .*\(UUID: ([^)]+)\)\s*$/
const countLine = /^\s*Link (\d{1,3}): ([A-Za-z][\w ()/-]{0,60}?) Errors?: (\d{1,16})\s*$/i

/**
 * Reads `nvidia-smi nvlink --errorcounters`. Older drivers count replay, recovery and CRC errors, newer ones more. What is no count of
 * errors (packets, bit error rates) is left out. A host without NVLink prints nothing, which is an empty list. Never throws.
 */
export const parseNvLinkErrors = (output: string): Parsed<readonly GpuNvLinkErrors[]> => {
  if (output.trim() === '') return parsed([])
  const gpus: { index: number; uuid: string; links: Map<number, Record<string, number>> }[] = []
  for (const line of output.split('\n')) {
    const gpu = gpuLine.exec(line)
    if (gpu) gpus.push({ index: Number(gpu[1]), uuid: gpu[2] ?? '', links: new Map() })
    const counted = countLine.exec(line)
    const links = gpus.at(-1)?.links
    if (!counted || !links) continue
    const link = Number(counted[1])
    const counts = links.get(link) ?? {}
    counts[(counted[2] ?? '').toLowerCase().replaceAll(' ', '_')] = Number(counted[3])
    links.set(link, counts)
  }
  if (gpus.length === 0) return failureOf(output)
  return parsed(gpus.map(({ index, uuid, links }) => ({ index, uuid, links: [...links].map(([link, counts]) => ({ link, counts })) })))
}
