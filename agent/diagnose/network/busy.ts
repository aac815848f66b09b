import { pause } from '../../../shared/lifecycle/deadline.ts'
import type { HostFiles } from '../context.ts'
import { trafficBytes } from './device.ts'

const sampleMs = 300

/** The rate of the busier way through an interface over a third of a second, in Mbit/s; null where the kernel does not count. */
export const busyMbps = async (files: HostFiles, device: string, signal: AbortSignal): Promise<number | null> => {
  const before = await trafficBytes(files, device)
  const startMs = performance.now()
  await pause(sampleMs, signal)
  const after = await trafficBytes(files, device)
  if (before === undefined || after === undefined) return null
  const bits = Math.max(after.rx - before.rx, after.tx - before.tx, 0) * 8
  return bits / 1000 / Math.max(1, performance.now() - startMs)
}

/** Above this share of the link's rate, a measurement under load would hurt what runs and measure it. */
export const busyPercent = 30

export const isBusy = (mbps: number | null, linkMbps: number | null): boolean =>
  mbps !== null && linkMbps !== null && mbps > (linkMbps * busyPercent) / 100
