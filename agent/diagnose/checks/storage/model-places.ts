import type { CheckContext } from '../../context.ts'
import { lookAtPlace, mountTable, type Place } from './place.ts'

/** Where this host has models: what its replicas read, and what is configured. */
const modelPaths = (context: CheckContext): readonly string[] => [
  ...new Set([...(context.spec()?.replicas ?? []).map(({ modelPath }) => modelPath), context.modelPath].filter((path) => path !== '')),
]

export const lookAtPaths = async (context: CheckContext, paths: readonly string[], signal: AbortSignal): Promise<readonly Place[]> => {
  const mountinfo = (await context.files.text(mountTable)) ?? ''
  return Promise.all(paths.map((path) => lookAtPlace(context, path, mountinfo, signal)))
}

export const modelPlaces = (context: CheckContext, signal: AbortSignal): Promise<readonly Place[]> =>
  lookAtPaths(context, modelPaths(context), signal)

/** The first place that is there on each filesystem: what is true of one is true of all on it. */
export const onePerMount = (places: readonly Place[]): readonly Place[] =>
  places
    .filter(({ problem }) => problem !== 'missing')
    .filter(({ mount }, index, there) => there.findIndex((other) => other.mount?.mountPoint === mount?.mountPoint) === index)
