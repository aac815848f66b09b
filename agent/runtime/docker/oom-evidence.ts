import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

const recordBytes = 8 * 1024

/** Every record of the kernel's log, oldest first; none where it may not be read. */
const kernelLog = async function* (): AsyncGenerator<string> {
  let log: Awaited<ReturnType<typeof open>>
  try {
    log = await open('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return
  }
  const record = Buffer.alloc(recordBytes)
  try {
    for (;;) {
      const { bytesRead } = await log.read(record, 0, recordBytes)
      if (bytesRead === 0) return
      yield record.toString('latin1', 0, bytesRead)
    }
  } catch {
    // EAGAIN at the end; EPIPE when records were overwritten while they were read. Both end what can be told.
  } finally {
    await log.close()
  }
}

/**
 * Whether the kernel's log says that it killed a process of this container for want of memory. Engines miss that when the
 * container's cgroup goes before the notice of it comes, which under cgroup v1 is the rule.
 */
export const kernelKilledForMemory = async (containerId: string): Promise<boolean> => {
  for await (const record of kernelLog()) if (record.includes('oom-kill:') && record.includes(containerId)) return true
  return false
}
