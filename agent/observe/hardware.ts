import { blockDevices, cpu } from 'systeminformation'
import { type Clock, systemClock } from '../../shared/clock/clock.ts'
import type { DiskInfo } from '../../shared/fleet/inventory.ts'
import { withDeadline } from '../../shared/lifecycle/deadline.ts'

export interface Processors {
  readonly model: string
  readonly sockets: number
  /** Logical processors. */
  readonly cores: number
}

// systeminformation runs lscpu, lsblk, dmidecode and the like; what does not come in this time is left out.
const sourceDeadlineMs = 10_000
const disksEveryMs = 6 * 3_600_000
const mebibyte = 1024 * 1024

/**
 * Processors and disks, which cost half a dozen processes to look at and hardly ever change: processors are looked at once, disks every
 * six hours. What could not be read is tried again at the next look.
 */
export class Hardware {
  readonly #clock: Clock
  #processors: Processors | undefined
  #disks: { readonly list: readonly DiskInfo[]; readonly atMs: number } | undefined

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** Undefined when they cannot be read. Never rejects. */
  async processors(): Promise<Processors | undefined> {
    this.#processors ??= await orUndefined(readProcessors(), 'the processors')
    return this.#processors
  }

  /** Empty when they cannot be read. Never rejects. */
  async disks(): Promise<readonly DiskInfo[]> {
    const nowMs = this.#clock.monotonicMs()
    if (!this.#disks || nowMs - this.#disks.atMs > disksEveryMs) {
      const list = await orUndefined(readDisks(), 'the disks')
      this.#disks = list ? { list, atMs: nowMs } : undefined
    }
    return this.#disks?.list ?? []
  }
}

const readProcessors = async (): Promise<Processors> => {
  const { manufacturer, brand, processors, cores } = await cpu()
  return { model: `${manufacturer} ${brand}`.trim(), sockets: Math.max(1, processors), cores }
}

const readDisks = async (): Promise<readonly DiskInfo[]> =>
  (await blockDevices())
    .filter(({ type, size }) => type === 'disk' && size > 0)
    .map(({ name, physical, size, model, protocol }) => ({
      device: `/dev/${name}`,
      kind: protocol === 'nvme' || name.startsWith('nvme') ? 'NVMe' : physical,
      sizeMiB: Math.floor(size / mebibyte),
      model,
    }))

const orUndefined = <T>(work: Promise<T>, what: string): Promise<T | undefined> =>
  withDeadline(work, sourceDeadlineMs, what).catch(() => undefined)
