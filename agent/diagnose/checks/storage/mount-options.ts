import { found } from '../../../../shared/diagnosis/found.ts'
import type { Mount } from '../../../observe/mount.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { filesystemKind } from './filesystem-kind.ts'
import { modelPlaces, onePerMount } from './model-places.ts'
import { mountTable, type Place } from './place.ts'

/** The kernel prints relatime and noatime, and nothing for a mount that writes at each read. */
const writesAtReads = ({ options }: Mount): boolean =>
  options.includes('rw') && !options.some((option) => option === 'noatime' || option === 'relatime')

/** Options that cost a model host something. Pure. */
export const judgeMountOptions = (places: readonly Place[]): CheckOutcome => {
  const mounts = onePerMount(places).flatMap(({ mount }) => (mount ? [mount] : []))
  const findings = mounts.flatMap((mount) => {
    const { mountPoint, options, filesystemOptions, type } = mount
    const local = ['xfs', 'local'].includes(filesystemKind(type))
    const about = {
      subject: `path/${mountPoint}`,
      evidence: [seen(mountTable, `${options.join(',')} - ${type} ${filesystemOptions.join(',')}`)],
    }
    const all = [...options, ...filesystemOptions]
    return [
      ...(all.includes('sync') ? [found('storage.mount-option', 'WARNING', { ...about, params: { mountPoint, option: 'sync' } })] : []),
      ...(local && writesAtReads(mount)
        ? [found('storage.mount-option', 'INFO', { ...about, params: { mountPoint, option: 'strictatime' } })]
        : []),
      ...(local && all.includes('discard')
        ? [found('storage.mount-option', 'INFO', { ...about, params: { mountPoint, option: 'discard' } })]
        : []),
    ]
  })
  return {
    findings,
    looked: [
      seen(
        mountTable,
        mounts.map(({ mountPoint, options }) => `${mountPoint} ${options.join(',')}`),
      ),
    ],
  }
}

export const mountOptions: Check = {
  id: 'storage.mount-options',
  subject: 'storage',
  deadlineMs: 30_000,
  run: async (context, signal) => judgeMountOptions(await modelPlaces(context, signal)),
}
