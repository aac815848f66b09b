import type { Mesh } from '../../shared/diagnosis/mesh.ts'
import { padEnd, padStart, plainLine, textWidth } from '../cli/terminal/width.ts'
import { type MeshReading, meshReadings } from './mesh-reading.ts'
import type { Phrases } from './phrases/phrases.ts'

const cellText = (reading: MeshReading | undefined, phrases: Phrases): string =>
  reading?.mbps === undefined ? (reading?.latencyMs === undefined ? '·' : phrases.ms(reading.latencyMs)) : phrases.mbps(reading.mbps)

/** Throughput as a matrix; in a list where the terminal is too narrow for one. */
export const meshText = (mesh: Mesh, phrases: Phrases, width: number | undefined): string[] => {
  const readings = meshReadings(mesh)
  const rows = mesh.hosts.map((from) => mesh.hosts.map((to) => (from === to ? '' : cellText(readings.get(from)?.get(to), phrases))))
  const names = mesh.hosts.map(plainLine)
  const nameWidth = Math.max(...names.map(textWidth))
  const cellWidth = Math.max(nameWidth, ...rows.flat().map(textWidth))
  const total = 2 + nameWidth + mesh.hosts.length * (cellWidth + 2)
  const reading = `  ${phrases.meshReading}`
  if (width === undefined || total <= width)
    return [
      reading,
      `  ${' '.repeat(nameWidth)}${names.map((name) => `  ${padStart(name, cellWidth)}`).join('')}`,
      ...names.map(
        (name, index) => `  ${padEnd(name, nameWidth)}${(rows[index] ?? []).map((text) => `  ${padStart(text, cellWidth)}`).join('')}`,
      ),
    ]
  return names.flatMap((from, row) =>
    names.flatMap((to, column) =>
      row === column ? [] : [`  ${padEnd(from, nameWidth)} → ${padEnd(to, nameWidth)}  ${rows[row]?.[column] ?? ''}`],
    ),
  )
}
