export interface DemoSpec {
  readonly modelFile: string
  readonly image: string
  readonly replicas: number
}

export const deploymentName = 'demo'
export const modelName = 'tiny-llama'

/** The deployment that the demo rolls: a real llama-server with a model of random weights. A new model file is a new revision. */
export const demoSpec = ({ modelFile, image, replicas }: DemoSpec): string => `\
name: ${deploymentName}
model:
  name: ${modelName}
  path: ${modelFile}
engine:
  preset: llamacpp
  maxModelLen: 512
  maxConcurrentSequences: 4
  args: [--threads, "1"]
image: ${image}
pull: never
replicas: ${replicas}
resources:
  gpus: 1
  gpuMemory: 1Gi
`
