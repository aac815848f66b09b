/** A report without what tells one machine from all others in the world, for those who are not of the house. Pure. */
import type { FaultReport } from '../../shared/diagnosis/report.ts'

const patterns: readonly { readonly what: RegExp; readonly by: string }[] = [
  // The first block of a UUID still tells the devices of a report apart.
  { what: /\b((?:GPU|MIG)-)?([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, by: '$1$2' },
  { what: /\b(?:[0-9a-f]{2}:){3}((?:[0-9a-f]{2}:){2}[0-9a-f]{2})\b/gi, by: 'xx:xx:xx:$1' },
  { what: /(serial(?:\s?(?:number|no\.?))?["']?\s*[:=]\s*["']?)[\w-]+/gi, by: '$1…' },
]

const secretKeys = /^(serial|serialNumber|machineId|boardSerial)$/i

const shortened = (text: string): string => patterns.reduce((kept, { what, by }) => kept.replaceAll(what, by), text)

const stripped = (value: unknown, key: string): unknown => {
  if (typeof value === 'string') return secretKeys.test(key) ? '…' : shortened(value)
  if (Array.isArray(value)) return value.map((item) => stripped(item, key))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [shortened(name), stripped(inner, name)]))
}

export const withoutIdentities = (report: FaultReport): FaultReport => ({
  ...(stripped(report, '') as FaultReport),
  // Its own id is nobody's.
  id: report.id,
})
