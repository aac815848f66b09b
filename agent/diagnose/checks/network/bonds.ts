import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'

export interface BondMember {
  readonly name: string
  readonly up: boolean
}

export interface BondText {
  readonly miimonMs: number
  readonly arpWatched: boolean
  readonly members: readonly BondMember[]
}

export interface Bond extends BondText {
  readonly name: string
  readonly mtuBytes: number
  readonly memberMtus: Readonly<Record<string, number>>
}

/** Reads /proc/net/bonding/NAME. Pure. */
export const parseBond = (text: string): BondText => {
  const [head = '', ...sections] = text.split(/^Slave Interface: /m)
  return {
    miimonMs: Number(/^MII Polling Interval \(ms\): (\d+)/m.exec(head)?.[1] ?? 0),
    arpWatched: /^ARP IP target/m.test(head) || /^NS IPv6 target/m.test(head),
    members: sections.map((section) => ({
      name: section.split('\n')[0]?.trim() ?? '',
      up: /^MII Status: up/m.test(section),
    })),
  }
}

/** Pure. */
export const judgeBonds = (bonds: readonly Bond[]): CheckOutcome => ({
  findings: bonds.flatMap(judgeBond),
  looked: bonds.map(({ name, miimonMs, members }) =>
    seen(`/proc/net/bonding/${name}`, [`miimon ${miimonMs} ms`, ...members.map((member) => `${member.name} ${member.up ? 'up' : 'down'}`)]),
  ),
})

const judgeBond = ({ name: bond, miimonMs, arpWatched, members, mtuBytes, memberMtus }: Bond): readonly Finding[] => {
  const file = `/proc/net/bonding/${bond}`
  const states = members.map((member) => `${member.name} ${member.up ? 'up' : 'down'}`)
  const up = members.filter((member) => member.up).length
  const about = { subject: `nic/${bond}`, evidence: [seen(file, states)] }
  return [
    ...(miimonMs === 0 && !arpWatched
      ? [
          found('network.bond-unwatched', 'WARNING', {
            subject: about.subject,
            params: { bond },
            evidence: [seen(file, 'MII Polling Interval (ms): 0')],
          }),
        ]
      : []),
    ...(members.length < 2 ? [found('network.bond-lone', 'WARNING', { ...about, params: { bond, members: members.length } })] : []),
    ...members
      .filter((member) => !member.up)
      .map(({ name: member }) =>
        found('network.bond-member-down', up === 0 ? 'CRITICAL' : 'WARNING', {
          ...about,
          params: { bond, member, up, members: members.length },
        }),
      ),
    ...Object.entries(memberMtus)
      .filter(([, memberMtu]) => memberMtu !== mtuBytes)
      .map(([member, memberMtu]) =>
        found('network.bond-mtu-differs', 'CRITICAL', {
          subject: about.subject,
          params: { bond, bondMtu: mtuBytes, member, memberMtu },
          evidence: [seen(`/sys/class/net/${member}/mtu`, `${memberMtu}`), seen(`/sys/class/net/${bond}/mtu`, `${mtuBytes}`)],
        }),
      ),
  ]
}

export const bonds: Check = {
  id: 'network.bonds',
  subject: 'network',
  deadlineMs: 5_000,
  run: async ({ files }) => {
    const mtuOf = async (device: string): Promise<number> => Number((await files.text(`/sys/class/net/${device}/mtu`)) ?? 0)
    const names = await files.names('/proc/net/bonding')
    const read = names.map(async (name): Promise<Bond> => {
      const parsed = parseBond((await files.text(`/proc/net/bonding/${name}`)) ?? '')
      const memberMtus = await Promise.all(parsed.members.map(async (member) => [member.name, await mtuOf(member.name)] as const))
      return { ...parsed, name, mtuBytes: await mtuOf(name), memberMtus: Object.fromEntries(memberMtus.filter(([, mtu]) => mtu > 0)) }
    })
    return names.length === 0 ? { findings: [], looked: [seen('/proc/net/bonding', 'no bond')] } : judgeBonds(await Promise.all(read))
  },
}
