import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { Verdict } from '../../../../shared/diagnosis/verdict.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { modelPlaces, onePerMount } from './model-places.ts'
import { type Place, placeDeadlineMs } from './place.ts'

/** Images of a filesystem, full by nature and never written. */
const sealed = new Set(['squashfs', 'erofs', 'iso9660', 'cramfs', 'udf'])

const percentOf = (part: number, whole: number): number => Math.round((part / whole) * 1000) / 10

/** Under a fifth of the threshold the next download or log line fails. */
const gravity = (percent: number, thresholdPercent: number): Verdict => (percent < thresholdPercent / 5 ? 'CRITICAL' : 'WARNING')

/** A filesystem that could not be asked is not one with space. Of a path that is not there another check tells. */
const unasked = ({ resolvedPath, mount, problem, message }: Place): readonly Finding[] => {
  if (problem === 'none' || problem === 'missing') return []
  const about = { subject: `path/${mount?.mountPoint ?? resolvedPath}`, evidence: [] }
  const what = `stat -f ${resolvedPath}`
  return problem === 'late'
    ? [found('looking.late', 'UNKNOWN', { ...about, params: { what, deadlineMs: placeDeadlineMs } })]
    : [found('looking.failed', 'UNKNOWN', { ...about, params: { what, message } })]
}

const judgeOne = (place: Place, thresholdPercent: number): readonly Finding[] => {
  const { mount, space } = place
  if (!space) return unasked(place)
  if (!mount || sealed.has(mount.type) || space.sizeMiB === 0) return []
  const { mountPoint } = mount
  const freePercent = percentOf(space.freeMiB, space.sizeMiB)
  const inodesPercent = space.inodes === 0 ? 100 : percentOf(space.freeInodes, space.inodes)
  const about = {
    subject: `path/${mountPoint}`,
    evidence: [
      seen(`stat -f ${mountPoint}`, [
        `${space.freeMiB} of ${space.sizeMiB} MiB free (${freePercent} %)`,
        space.inodes === 0 ? 'no fixed number of inodes' : `${space.freeInodes} of ${space.inodes} inodes free (${inodesPercent} %)`,
      ]),
    ],
  }
  const findings: Finding[] = []
  if (freePercent < thresholdPercent) {
    findings.push(
      found('storage.space-low', gravity(freePercent, thresholdPercent), {
        ...about,
        params: { mountPoint, freePercent, freeMiB: space.freeMiB, sizeMiB: space.sizeMiB, thresholdPercent },
        ruledOut: inodesPercent < thresholdPercent ? [] : [notTheCause('storage.inodes-left', { freePercent: inodesPercent })],
      }),
    )
  }
  if (inodesPercent < thresholdPercent) {
    findings.push(
      found('storage.inodes-low', gravity(inodesPercent, thresholdPercent), {
        ...about,
        params: { mountPoint, freePercent: inodesPercent, freeInodes: space.freeInodes, thresholdPercent },
        ruledOut: freePercent < thresholdPercent ? [] : [notTheCause('storage.space-left', { freePercent })],
      }),
    )
  }
  return findings
}

/** Free space and free inodes, once a filesystem. Pure. */
export const judgeSpace = (places: readonly Place[], thresholdPercent: number): CheckOutcome => {
  const once = onePerMount(places)
  return {
    findings: once.flatMap((place) => judgeOne(place, thresholdPercent)),
    looked:
      once.length === 0
        ? [
            seen(
              'stat -f',
              places.length === 0 ? 'no path is known' : `${places.map(({ resolvedPath }) => resolvedPath).join(', ')}: not there`,
            ),
          ]
        : once.map(({ resolvedPath, space }) =>
            seen(
              `stat -f ${resolvedPath}`,
              space ? `${space.freeMiB} of ${space.sizeMiB} MiB, ${space.freeInodes} of ${space.inodes} inodes free` : 'no answer',
            ),
          ),
  }
}

export const space: Check = {
  id: 'storage.space',
  subject: 'storage',
  deadlineMs: 30_000,
  run: async (context, signal) => judgeSpace(await modelPlaces(context, signal), context.thresholds.freeSpacePercent),
}
