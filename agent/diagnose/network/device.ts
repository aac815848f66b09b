import type { HostFiles } from '../context.ts'

export interface DeviceFacts {
  readonly mtuBytes: number | null
  /** What the driver says; null where it does not, as for many virtual cards. */
  readonly linkMbps: number | null
}

const folder = (device: string): string => `/sys/class/net/${device}`

const figure = async (files: HostFiles, path: string): Promise<number | null> => {
  // The speed of an interface that is down fails with EINVAL.
  const text = await files.text(path).catch(() => undefined)
  const value = Number(text?.trim() || Number.NaN)
  return Number.isSafeInteger(value) && value > 0 ? value : null
}

export const deviceFacts = async (files: HostFiles, device: string): Promise<DeviceFacts> => ({
  mtuBytes: await figure(files, `${folder(device)}/mtu`),
  linkMbps: await figure(files, `${folder(device)}/speed`),
})

/** Bytes that went through an interface since it came up, both ways; undefined where the kernel does not say. */
export const trafficBytes = async (files: HostFiles, device: string): Promise<{ readonly rx: number; readonly tx: number } | undefined> => {
  const [rx, tx] = await Promise.all(
    ['rx_bytes', 'tx_bytes'].map(async (name) => Number((await files.text(`${folder(device)}/statistics/${name}`))?.trim() || Number.NaN)),
  )
  return rx !== undefined && tx !== undefined && Number.isFinite(rx) && Number.isFinite(tx) ? { rx, tx } : undefined
}
