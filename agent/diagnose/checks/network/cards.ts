import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { HostFiles } from '../../context.ts'
import { seen } from '../evidence.ts'

/** A hardware card, as /sys/class/net tells. */
export interface Card {
  readonly device: string
  readonly driver: string
  readonly up: boolean
  /** Undefined where the driver does not say, as those of virtual machines. */
  readonly speedMbps: number | undefined
  readonly duplex: string
  readonly carrierChanges: number
  readonly packets: number
  readonly errors: Readonly<Record<string, number>>
}

const errorCounters = [
  'rx_crc_errors',
  'rx_frame_errors',
  'rx_fifo_errors',
  'rx_missed_errors',
  'tx_carrier_errors',
  'tx_aborted_errors',
  'collisions',
]
/** One in a hundred thousand: a bit error rate that a cable in order stays far below. */
const errorShare = 1e-5
const fewestErrors = 10
/** A boot brings the link up and down a few times. */
const flapping = 10

/** Pure. */
export const judgeCards = (cards: readonly Card[]): CheckOutcome => {
  const up = cards.filter((card) => card.up)
  return {
    findings: up.flatMap((card) => [...errorsOf(card), ...linkOf(card, up)]),
    looked: [seen('/sys/class/net', cards.map(describe))],
  }
}

const describe = ({ device, driver, up, speedMbps, packets, errors }: Card): string => {
  const count = Object.values(errors).reduce((sum, each) => sum + each, 0)
  return `${device} (${driver}) ${up ? `up at ${speedMbps ?? 'an unknown rate of'} Mbit/s` : 'down'}, ${count} errors in ${packets} packets`
}

const errorsOf = ({ device, packets, errors }: Card): readonly Finding[] =>
  Object.entries(errors)
    .filter(([, count]) => count >= fewestErrors && count > packets * errorShare)
    .map(([counter, count]) =>
      found('network.card-errors', 'WARNING', {
        subject: `nic/${device}`,
        params: { device, counter, count, ofPackets: packets },
        evidence: [seen(`/sys/class/net/${device}/statistics/${counter}`, `${count}`)],
      }),
    )

const linkOf = ({ device, driver, duplex, speedMbps = 0, carrierChanges }: Card, all: readonly Card[]): readonly Finding[] => {
  const subject = `nic/${device}`
  const othersMbps = Math.max(
    0,
    ...all.filter((other) => other.driver === driver && other.device !== device).map((other) => other.speedMbps ?? 0),
  )
  const look = (name: string, text: string) => [seen(`/sys/class/net/${device}/${name}`, text)]
  return [
    ...(speedMbps > 0 && othersMbps > speedMbps
      ? [
          found('network.card-slow', 'INFO', {
            subject,
            params: { device, speedMbps, othersMbps },
            evidence: look('speed', `${speedMbps}`),
            confidence: 'inferred',
          }),
        ]
      : []),
    ...(duplex === 'half'
      ? [found('network.card-half-duplex', 'WARNING', { subject, params: { device }, evidence: look('duplex', duplex) })]
      : []),
    ...(carrierChanges > flapping
      ? [
          found('network.card-flapping', 'INFO', {
            subject,
            params: { device, changes: carrierChanges },
            evidence: look('carrier_changes', `${carrierChanges}`),
          }),
        ]
      : []),
  ]
}

const readCard = async (files: HostFiles, device: string): Promise<Card | undefined> => {
  const folder = `/sys/class/net/${device}`
  // What has no device behind it is a bridge, a bond, a tunnel or an end of a container's pair.
  const behind = await files.names(`${folder}/device`)
  if (behind.length === 0) return undefined
  // Reading the rate of an interface that is down fails with EINVAL.
  const text = async (name: string): Promise<string> => ((await files.text(`${folder}/${name}`).catch(() => '')) ?? '').trim()
  const figure = async (name: string): Promise<number> => Number(await text(name)) || 0
  const speedMbps = await figure('speed')
  const errors = await Promise.all(errorCounters.map(async (name) => [name, await figure(`statistics/${name}`)] as const))
  return {
    device,
    driver: (await files.link(`${folder}/device/driver`))?.split('/').at(-1) ?? '',
    up: (await text('carrier')) === '1',
    speedMbps: speedMbps > 0 ? speedMbps : undefined,
    duplex: await text('duplex'),
    carrierChanges: await figure('carrier_changes'),
    packets: (await figure('statistics/rx_packets')) + (await figure('statistics/tx_packets')),
    errors: Object.fromEntries(errors.filter(([, count]) => count > 0)),
  }
}

export const cards: Check = {
  id: 'network.cards',
  subject: 'network',
  deadlineMs: 10_000,
  run: async ({ files }) => {
    const devices = await files.names('/sys/class/net')
    const read = await Promise.all(devices.map((device) => readCard(files, device)))
    return judgeCards(read.filter((card) => card !== undefined))
  },
}
