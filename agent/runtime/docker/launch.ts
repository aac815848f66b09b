import type Docker from 'dockerode'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { LaunchRequest } from '../runtime.ts'
import { type DockerClient, engineMessage, statusOf } from './client.ts'
import { type ContainerFeatures, containerConfig } from './container-config.ts'
import { memlockLabel } from './instance.ts'

const createTimeoutMs = 30_000
const startTimeoutMs = 120_000
const removeTimeoutMs = 30_000

const failed = (replicaId: string, error: unknown): HostlerError =>
  new HostlerError('LAUNCH_FAILED', `The container of ${replicaId} could not be started: ${engineMessage(error)}`, { cause: error })

const create = async (client: DockerClient, request: LaunchRequest, features: ContainerFeatures, memlockRefused: string) => {
  const config = containerConfig(request, features)
  const labels = memlockRefused === '' ? config.Labels : { ...config.Labels, [memlockLabel]: memlockRefused }
  return client.call('Creating a container', createTimeoutMs, (docker, abortSignal) =>
    docker.createContainer({ ...config, ...(labels ? { Labels: labels } : {}), abortSignal }),
  )
}

const start = async (client: DockerClient, container: Docker.Container): Promise<void> => {
  try {
    await client.call('Starting a container', startTimeoutMs, (_, abortSignal) => container.start({ abortSignal }))
  } catch (error) {
    // A container that did not start must not stay: it carries our labels and the replica's name.
    await client
      .call('Removing a container', removeTimeoutMs, (_, abortSignal) => container.remove({ force: true, abortSignal }))
      .catch(() => {})
    throw error
  }
}

/** Creates and starts the container of a replica and returns its id. Engine refusals pass through, unexplained. */
export const tryLaunch = async (
  client: DockerClient,
  request: LaunchRequest,
  features: ContainerFeatures,
  memlockRefused: string,
): Promise<string> => {
  const container = await create(client, request, features, memlockRefused)
  await start(client, container)
  return container.id
}

/** The catalogue's error for an engine's refusal to launch. */
export const launchError = (request: LaunchRequest, error: unknown): HostlerError => {
  if (error instanceof HostlerError) return error
  const { spec } = request
  if (statusOf(error) === 404 && /no such image/i.test(engineMessage(error)))
    return new HostlerError('IMAGE_MISSING', `The image ${spec.image} is not on the host: ${engineMessage(error)}`, { cause: error })
  return failed(spec.id, error)
}
