/** A process that nvidia-smi shows on a GPU. */
export interface GpuHolder {
  /** In the host's numbering. */
  readonly pid: number
  readonly name: string
  /** A display server draws on the GPU; it does not keep an engine from running. Absent: it computes. */
  readonly kind?: 'compute' | 'graphics' | undefined
}

/** known: every GPU of the host is a key, an empty list means nobody holds it. */
export type GpuReading =
  | { readonly kind: 'known'; readonly gpus: ReadonlyMap<string, readonly GpuHolder[]> }
  | { readonly kind: 'unknown'; readonly reason: string }

/** What the host's GPUs are held by. The reading must have begun after the call: an older one may show a former state. */
export interface GpuHolders {
  holders(signal: AbortSignal): Promise<GpuReading>
}

/** For a host on which no nvidia-smi is looked for. */
export const noGpus: GpuHolders = { holders: async () => ({ kind: 'known', gpus: new Map() }) }
