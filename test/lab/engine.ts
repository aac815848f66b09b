import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type Docker from 'dockerode'
import { makeGguf } from '../fixtures/engine/make-gguf.ts'
import { run } from './process.ts'

const root = join(import.meta.dirname, '../..')
const modelDirectory = join(root, '.cache/lab/models')

/** The lab's inference engine: a container image of llama-server, and models for it. */
export interface LabEngine {
  /** The image's name. It is in an engine after `load`. Its entrypoint is llama-server. */
  readonly image: string
  /** The directory of the models on this machine, to be mounted read-only. */
  readonly modelDirectory: string
  /** Makes the model of a seed where it is missing; resolves to its path in `modelDirectory`. */
  modelFile(seed: number): Promise<string>
  /** Imports the image into a container engine, unless it is there. */
  load(docker: Docker): Promise<void>
}

/** Builds the image's archive where it is missing (half a minute, root, Debian packages). */
export const labEngine = async (): Promise<LabEngine> => {
  const { image, load } = await labImage('llama', ['ENTRYPOINT ["/usr/bin/llama-server"]'])
  return { image, load, modelDirectory, modelFile }
}

const modelFile = async (seed: number): Promise<string> => {
  const file = join(modelDirectory, `lab-${seed}.gguf`)
  if (await exists(file)) return file
  await mkdir(modelDirectory, { recursive: true })
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, makeGguf({ seed }))
  await rename(unfinished, file)
  return file
}

export interface LabImage {
  readonly image: string
  load(docker: Docker): Promise<void>
}

/** An image of test/fixtures/images, tagged with the hash of its recipe. `changes` are Dockerfile instructions for its settings. */
export const labImage = async (recipe: string, changes: readonly string[]): Promise<LabImage> => {
  const builder = join(root, 'test/fixtures/images/build-image')
  const archive = (await run(builder, [recipe], { deadlineMs: 300_000 })).stdout.trim()
  const tag = basename(archive, '.tar').slice(recipe.length + 1)
  const image = `hostler-lab/${recipe}:${tag}`
  return {
    image,
    async load(docker) {
      if (await hasImage(docker, image)) return
      const progress = await docker.importImage(archive, { repo: image, changes })
      await new Promise<void>((resolve, reject) => {
        docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()))
      })
    },
  }
}

const hasImage = async (docker: Docker, image: string): Promise<boolean> => {
  try {
    await docker.getImage(image).inspect()
    return true
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false
    throw error
  }
}

const exists = async (file: string): Promise<boolean> => {
  try {
    await stat(file)
    return true
  } catch {
    return false
  }
}
