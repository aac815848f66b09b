interface Shape {
  readonly name: string
  readonly replicas: number
  readonly gpus: number
}

/** As many replicas with a GPU as the host has GPUs, and two without. */
const shapes: readonly Shape[] = [
  { name: 'bench-gpu', replicas: 8, gpus: 1 },
  { name: 'bench-cpu', replicas: 2, gpus: 0 },
]

export const replicaCount: number = shapes.reduce((sum, { replicas }) => sum + replicas, 0)

const specOf = ({ name, replicas, gpus }: Shape, modelFile: string, image: string): object => ({
  name,
  model: { name, path: modelFile },
  engine: { preset: 'llamacpp', maxModelLen: 256, maxConcurrentSequences: 1, args: ['--threads', '1'] },
  image,
  pull: 'never',
  replicas,
  ...(gpus > 0 && { resources: { gpus, gpuMemory: '1Gi' } }),
})

/** The specs, as JSON. */
export const deploymentSpecs = (modelFile: string, image: string): readonly string[] =>
  shapes.map((shape) => JSON.stringify(specOf(shape, modelFile, image)))
