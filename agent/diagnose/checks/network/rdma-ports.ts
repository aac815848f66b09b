import type { HostFiles } from '../../context.ts'

/** A port of an InfiniBand or RoCE card, as /sys/class/infiniband tells. */
export interface RdmaPort {
  /** DEVICE/NUMBER */
  readonly port: string
  readonly state: string
  readonly physState: string
  readonly linkLayer: string
  readonly counters: Readonly<Record<string, number>>
}

export interface RdmaReading {
  readonly atMs: number
  readonly ports: readonly RdmaPort[]
}

/** Those of the specification lie under counters, those of the card's own under hw_counters; the names differ little between drivers. */
export const watched = {
  symbol_error: 'counters',
  link_error_recovery: 'counters',
  link_downed: 'counters',
  port_rcv_errors: 'counters',
  local_link_integrity_errors: 'counters',
  rnr_nak_retry_err: 'hw_counters',
  roce_slow_restart: 'hw_counters',
  out_of_sequence: 'hw_counters',
} as const

export type Watched = keyof typeof watched

/** `4: ACTIVE` without its number. */
const word = (text: string | undefined): string => (text ?? '').replace(/^\d+:\s*/, '').trim()

export const readPorts = async (files: HostFiles): Promise<readonly RdmaPort[]> => {
  const root = '/sys/class/infiniband'
  const devices = await files.names(root)
  const places = await Promise.all(
    devices.map(async (device) => (await files.names(`${root}/${device}/ports`)).map((number) => `${device}/${number}`)),
  )
  return Promise.all(
    places.flat().map(async (port): Promise<RdmaPort> => {
      const folder = `${root}/${port.replace('/', '/ports/')}`
      const counters = await Promise.all(
        Object.entries(watched).map(
          async ([name, kind]) => [name, await files.text(`${folder}/${kind}/${name}`).catch(() => undefined)] as const,
        ),
      )
      return {
        port,
        state: word(await files.text(`${folder}/state`)),
        physState: word(await files.text(`${folder}/phys_state`)),
        linkLayer: word(await files.text(`${folder}/link_layer`)),
        // Absent is not zero: not every card counts everything.
        counters: Object.fromEntries(counters.flatMap(([name, text]) => (text === undefined ? [] : [[name, Number(text)]]))),
      }
    }),
  )
}
