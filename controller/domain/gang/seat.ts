/** What each member of a gang is told: its rank, and where the others are. In its environment, and by placeholders wherever a spec may have them. Pure. */
import type { Seat } from '../engine/preset.ts'
import type { GangMember, GangRun } from '../model.ts'

interface Values {
  readonly rank: string
  readonly worldSize: string
  readonly leaderAddress: string
  readonly leaderPort: string
  readonly memberAddresses: string
  readonly interface: string
  readonly attempt: string
}

const valuesOf = ({ rank }: GangMember, { addresses, attempt, interfaces, port }: GangRun): Values => ({
  rank: String(rank),
  worldSize: String(addresses.length),
  leaderAddress: addresses[0] ?? '',
  leaderPort: String(port),
  memberAddresses: addresses.join(','),
  interface: interfaces[rank] ?? '',
  attempt: String(attempt),
})

export const seatOf = ({ rank }: GangMember, { addresses, interfaces }: GangRun): Seat => ({
  rank,
  worldSize: addresses.length,
  interface: interfaces[rank] ?? '',
})

/** Replaces `{{rank}} {{worldSize}} {{leaderAddress}} {{leaderPort}} {{memberAddresses}} {{interface}} {{attempt}}`; others are the agent's or the engine's. */
export const fillSeat = (member: GangMember, run: GangRun): ((text: string) => string) => {
  const values = valuesOf(member, run)
  return (text) =>
    text.replaceAll(
      /\{\{\s*(rank|worldSize|leaderAddress|leaderPort|memberAddresses|interface|attempt)\s*\}\}/g,
      (_, name: keyof Values) => values[name],
    )
}

/** Set in every member. The attempt makes each start another content, so that no agent takes what runs of an earlier one for it. */
export const gangEnv: Readonly<Record<string, string>> = {
  HOSTLER_RANK: '{{rank}}',
  HOSTLER_WORLD_SIZE: '{{worldSize}}',
  HOSTLER_LEADER_ADDRESS: '{{leaderAddress}}',
  HOSTLER_LEADER_PORT: '{{leaderPort}}',
  HOSTLER_MEMBER_ADDRESSES: '{{memberAddresses}}',
  HOSTLER_GANG_ATTEMPT: '{{attempt}}',
}
