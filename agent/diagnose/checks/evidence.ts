import type { Evidence } from '../../../shared/diagnosis/finding.ts'

const mostLines = 20

/** What was seen at a source, as it stood there; empty lines and what is too much are left out. */
export const seen = (source: string, text: string | readonly string[]): Evidence => {
  const lines = (typeof text === 'string' ? text.split('\n') : text).filter((line) => line.trim() !== '')
  const more = lines.length - mostLines
  return { source, lines: more > 0 ? [...lines.slice(0, mostLines), `… ${more} more`] : [...lines] }
}
