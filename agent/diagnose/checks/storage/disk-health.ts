import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { seen } from '../evidence.ts'
import { type Disk, disksUnder } from './disks.ts'
import { type DriveHealth, parseNvmeLog, parseSmartctl } from './health-log.ts'
import { lookAtPaths, modelPlaces, onePerMount } from './model-places.ts'

/** unasked: no program to ask with. silent: asked, and nothing that could be read came. */
export type Asked = { readonly kind: 'told'; readonly health: DriveHealth } | { readonly kind: 'unasked' | 'silent'; readonly disk: string }

const askDeadlineMs = 10_000
/** Drives are rated for 100; what is written after that is on borrowed time. */
const wornPercent = 90

const judgeDrive = (health: DriveHealth) => {
  const { disk, passed, usedPercent, mediaErrors } = health
  const reasons = [...(passed === false ? ['its self-assessment failed'] : []), ...health.alarms]
  const about = {
    subject: `disk/${disk}`,
    evidence: [
      seen(`smartctl -H -A /dev/${disk}`, [
        `self-assessment: ${passed === undefined ? 'not told' : passed ? 'passed' : 'failed'}`,
        `alarms: ${health.alarms.join(', ') || 'none'}; used: ${usedPercent ?? '?'} %; media errors: ${mediaErrors ?? '?'}`,
      ]),
    ],
  }
  return [
    ...(reasons.length > 0 ? [found('storage.disk-failing', 'CRITICAL', { ...about, params: { disk, reason: reasons.join(', ') } })] : []),
    ...((usedPercent ?? 0) >= wornPercent
      ? [found('storage.disk-worn', 'WARNING', { ...about, params: { disk, usedPercent: usedPercent ?? 0 } })]
      : []),
    ...((mediaErrors ?? 0) > 0 ? [found('storage.media-errors', 'WARNING', { ...about, params: { disk, count: mediaErrors ?? 0 } })] : []),
  ]
}

/** Pure. A drive that nothing can be asked with is told of once, as a hint: most hosts are healthy without smartmontools. */
export const judgeHealth = (asked: readonly Asked[], all: readonly Disk[]): CheckOutcome => {
  const unasked = asked.flatMap((answer) => (answer.kind === 'unasked' ? [answer.disk] : []))
  return {
    findings: [
      ...asked.flatMap((answer) => (answer.kind === 'told' ? judgeDrive(answer.health) : [])),
      ...asked.flatMap((answer) =>
        answer.kind === 'silent'
          ? [
              found('looking.unreadable', 'UNKNOWN', {
                subject: `disk/${answer.disk}`,
                params: { what: `smartctl /dev/${answer.disk}` },
                evidence: [],
              }),
            ]
          : [],
      ),
      ...(unasked.length > 0
        ? [found('storage.health-not-read', 'INFO', { subject: 'host', params: { disks: unasked }, evidence: [] })]
        : []),
    ],
    looked: [
      seen(
        '/sys/class/block',
        all.map(({ name, drive }) => (drive ? name : `${name} is virtual and has no health of its own`)),
      ),
    ],
  }
}

const ask = async (context: CheckContext, disk: string, signal: AbortSignal): Promise<Asked> => {
  const smart = await context.run('smartctl', ['-j', '-H', '-A', `/dev/${disk}`], askDeadlineMs, signal)
  if (smart.kind !== 'not-started') return told(disk, smart.kind === 'exited' ? parseSmartctl(disk, smart.output) : undefined)
  if (!disk.startsWith('nvme')) return { kind: 'unasked', disk }
  const nvme = await context.run('nvme', ['smart-log', '-o', 'json', `/dev/${disk}`], askDeadlineMs, signal)
  if (nvme.kind === 'not-started') return { kind: 'unasked', disk }
  return told(disk, nvme.kind === 'exited' ? parseNvmeLog(disk, nvme.output) : undefined)
}

const told = (disk: string, health: DriveHealth | undefined): Asked => (health ? { kind: 'told', health } : { kind: 'silent', disk })

export const diskHealth: Check = {
  id: 'storage.disk-health',
  subject: 'storage',
  deadlineMs: 60_000,
  run: async (context, signal) => {
    const places = onePerMount([...(await modelPlaces(context, signal)), ...(await lookAtPaths(context, ['/'], signal))])
    const disks = (await Promise.all(places.map(({ mount }) => (mount ? disksUnder(context.files, mount) : [])))).flat()
    const once = disks.filter(({ name }, index) => disks.findIndex((other) => other.name === name) === index)
    const asked: Asked[] = []
    for (const { name, drive } of once) if (drive) asked.push(await ask(context, name, signal))
    return judgeHealth(asked, once)
  },
}
