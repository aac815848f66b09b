import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { filesystemKind } from './filesystem-kind.ts'
import { modelPlaces } from './model-places.ts'
import { mountTable, type Place, placeDeadlineMs } from './place.ts'

const mountLine = ({ mount }: Place): string =>
  mount ? `${mount.deviceNumber} ${mount.mountPoint} ${mount.options.join(',')} - ${mount.type} ${mount.source}` : 'no mount holds it'

/** What is wrong with reaching the path at all; undefined when it can be read. Pure. */
const unreachable = (place: Place, read: boolean): Finding | undefined => {
  const { path, resolvedPath, mount, problem, message } = place
  const subject = `path/${path}`
  const at = { path, resolvedPath, type: mount?.type ?? 'unknown', mountPoint: mount?.mountPoint ?? '' }
  const evidence = [seen(mountTable, mountLine(place)), ...(message === '' ? [] : [seen(`stat -f ${resolvedPath}`, message)])]
  switch (problem) {
    case 'none':
      return undefined
    case 'missing':
      return found('storage.path-missing', read ? 'WARNING' : 'INFO', { subject, params: { path, resolvedPath }, evidence })
    case 'late':
      return found('storage.path-hangs', 'CRITICAL', { subject, params: { ...at, deadlineMs: placeDeadlineMs }, evidence })
    case 'forbidden':
      return found('looking.forbidden', 'UNKNOWN', { subject, params: { what: resolvedPath }, evidence })
    case 'io-error':
      return found('storage.path-unreadable', 'CRITICAL', { subject, params: { ...at, source: mount?.source ?? '', message }, evidence })
    case 'unreadable':
      return found('looking.failed', 'UNKNOWN', { subject, params: { what: `stat -f ${resolvedPath}`, message }, evidence })
  }
}

/** Advice about the kind of filesystem; undefined for XFS. Pure. */
const advice = (place: Place): Finding | undefined => {
  const { path, resolvedPath, mount, space, problem } = place
  if (!mount || problem === 'missing') return undefined
  const at = { path, resolvedPath, type: mount.type, mountPoint: mount.mountPoint }
  const about = { subject: `path/${path}`, evidence: [seen(`readlink -m ${path}`, resolvedPath), seen(mountTable, mountLine(place))] }
  switch (filesystemKind(mount.type)) {
    case 'xfs':
      return undefined
    case 'local':
      return found('storage.not-xfs', 'INFO', { ...about, params: { ...at, source: mount.source } })
    case 'network':
      return found('storage.network-filesystem', 'INFO', { ...about, params: { ...at, source: mount.source } })
    case 'memory':
      return found('storage.memory-filesystem', 'WARNING', { ...about, params: { ...at, sizeMiB: space?.sizeMiB ?? 0 } })
    case 'layered':
      return found('storage.layered-filesystem', 'WARNING', { ...about, params: at })
  }
}

/** A path that a replica reads has to be there; one that is only configured may still be made. Pure. */
export const judgeFilesystem = (places: readonly Place[], readByReplicas: ReadonlySet<string>): CheckOutcome => {
  if (places.length === 0) {
    return { findings: [found('storage.no-model-path', 'INFO', { subject: 'host', params: {}, evidence: [] })], looked: [] }
  }
  return {
    findings: places.flatMap((place) =>
      [unreachable(place, readByReplicas.has(place.path)), advice(place)].filter((finding) => finding !== undefined),
    ),
    looked: [
      seen(
        mountTable,
        places.map((place) => `${place.path} is ${place.resolvedPath}: ${mountLine(place)}`),
      ),
    ],
  }
}

export const filesystem: Check = {
  id: 'storage.filesystem',
  subject: 'storage',
  deadlineMs: 30_000,
  run: async (context, signal) =>
    judgeFilesystem(await modelPlaces(context, signal), new Set((context.spec()?.replicas ?? []).map(({ modelPath }) => modelPath))),
}
