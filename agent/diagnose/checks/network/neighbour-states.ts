import { z } from 'zod'
import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import { seen } from '../evidence.ts'

export interface Neighbour {
  readonly address: string
  readonly device: string
  readonly mac: string
  readonly states: readonly string[]
}

const listed = z.array(
  z.object({ dst: z.string(), dev: z.string().default(''), lladdr: z.string().default(''), state: z.array(z.string()).default([]) }),
)

/** Reads `ip -j neighbour show`; undefined when it is not that. Pure. */
export const parseNeighbours = (output: string): readonly Neighbour[] | undefined => {
  if (output.trim() === '') return []
  try {
    const parsed = listed.safeParse(JSON.parse(output))
    return parsed.success
      ? parsed.data.map(({ dst, dev, lladdr, state }) => ({ address: dst, device: dev, mac: lladdr, states: state }))
      : undefined
  } catch {
    return undefined
  }
}

const mostNamed = 8
/** A few that do not answer are hosts that are off; this many are more than chance. */
const many = 10

/** Pure. */
export const judgeStates = (neighbours: readonly Neighbour[]): readonly Finding[] => {
  const silent = neighbours.filter(({ states }) => states.includes('INCOMPLETE') || states.includes('FAILED'))
  if (silent.length === 0) return []
  return [
    found('network.neighbours-silent', silent.length >= many ? 'WARNING' : 'INFO', {
      subject: 'host',
      params: { addresses: silent.slice(0, mostNamed).map(({ address }) => address), count: silent.length },
      evidence: [
        seen(
          'ip -j neighbour show',
          silent.map(({ address, device, states }) => `${address} dev ${device} ${states.join(' ')}`),
        ),
      ],
    }),
  ]
}
