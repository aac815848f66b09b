import type { Latency } from '../../../shared/diagnosis/mesh.ts'

const counts = /^(\d+) packets transmitted, (\d+) (?:packets )?received(?:, \+(\d+) (?:errors|duplicates))*,?.* ([\d.]+)% packet loss/m
/** iputils says mdev, BSD stddev, busybox neither; iputils under -f adds `ipg/ewma` behind. */
const times = /^(?:rtt|round-trip) min\/avg\/max(?:\/(?:mdev|stddev))? = ([\d.]+)\/([\d.]+)\/([\d.]+)(?:\/([\d.]+))? ms/m

const figure = (text: string | undefined): number | null => {
  const value = text === undefined ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** Reads the summary of `ping -q`, of iputils or busybox; undefined where there is none. Dots and backspaces of -f do not matter. */
export const parsePing = (output: string): Latency | undefined => {
  const counted = counts.exec(output)
  if (counted === null) return undefined
  const sent = Number(counted[1])
  const received = Number(counted[2])
  if (!Number.isSafeInteger(sent) || !Number.isSafeInteger(received)) return undefined
  const timed = times.exec(output)
  return {
    sent,
    received,
    // ping cuts the figure to whole percents in places, and counts replies twice where they come twice.
    lossPercent: sent === 0 ? 0 : Math.max(0, ((sent - received) / sent) * 100),
    minMs: figure(timed?.[1]),
    averageMs: figure(timed?.[2]),
    maxMs: figure(timed?.[3]),
    deviationMs: figure(timed?.[4]),
  }
}

/** The MTU that this host or a router on the way names in an error; undefined when none does. */
export const parseAnnouncedMtu = (output: string): number | undefined => {
  const match = /(?:message too long, mtu=|Frag needed and DF set \(mtu = |Packet too big: mtu=)(\d{2,5})/.exec(output)
  return match?.[1] === undefined ? undefined : Number(match[1])
}
