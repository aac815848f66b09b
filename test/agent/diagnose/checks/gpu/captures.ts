import { readFileSync } from 'node:fs'
import { parseReport, type Report } from 'nvidia-smi-parser'

const folder = new URL('../../../../../shared/nvidia-smi-parser/test/fixtures/', import.meta.url)

/** A real H200 as it was captured, with changes to the text for faults that cannot be had at will. */
export const h200 = (capture: 'idle' | 'load' | 'memory-full', ...changes: readonly (readonly [string | RegExp, string])[]): Report => {
  let xml = readFileSync(new URL(`h200-580.159.04-${capture}.xml`, folder), 'utf8')
  for (const [from, to] of changes) {
    const changed = xml.replace(from, to)
    if (changed === xml) throw new Error(`the capture has no ${from}`)
    xml = changed
  }
  const parsed = parseReport(xml)
  if (!parsed.ok) throw new Error(parsed.failure.message)
  return parsed.value
}

export const answered = (report: Report) => ({ state: 'ok', value: report, atMonotonicMs: 0 }) as const

/** The only GPU of the captures. */
export const gpuOf = ({ gpus }: Report): Report['gpus'][number] => {
  const [gpu] = gpus
  if (!gpu) throw new Error('the capture has no GPU')
  return gpu
}

/** The PCI bus of a host with these GPUs and a network card. */
export const pciBus = (...buses: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...buses.flatMap((bus) => [
      [`/sys/bus/pci/devices/${bus}/vendor`, '0x10de\n'],
      [`/sys/bus/pci/devices/${bus}/class`, '0x030200\n'],
    ]),
    ['/sys/bus/pci/devices/0000:00:03.0/vendor', '0x1af4\n'],
    ['/sys/bus/pci/devices/0000:00:03.0/class', '0x020000\n'],
  ])
