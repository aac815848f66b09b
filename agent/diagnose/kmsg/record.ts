/** One record of /dev/kmsg: `PRIORITY,SEQUENCE,MICROSECONDS,FLAGS[,…];TEXT`, then lines of ` KEY=VALUE`. */
export interface KernelRecord {
  /** 0 emergency to 7 debug. */
  readonly level: number
  /** Of user programs that write to the log it is not 0. */
  readonly facility: number
  readonly sequence: number
  /** Since the boot, on the kernel's monotonic clock. */
  readonly sinceBootMs: number
  /** The kernel took it for a part of a line; often it is a whole one. */
  readonly fragment: boolean
  readonly text: string
}

const head = /^(\d{1,6}),(\d{1,20}),(\d{1,20}),([-c+])(?:,[^;]{0,200})?;/

/** Undo the escaping of what is not printable: \x0a. Malformed UTF-8 of a process name stays readable. */
const unescaped = (text: string): string =>
  text.includes('\\x')
    ? Buffer.from(
        text.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      ).toString('utf8')
    : text

/** undefined: this is no record. Pure. */
export const parseRecord = (raw: string): KernelRecord | undefined => {
  const match = head.exec(raw)
  if (!match) return undefined
  const [whole, prefix, sequence, microseconds, flag] = match
  const end = raw.indexOf('\n', whole.length)
  return {
    level: Number(prefix) & 7,
    facility: Number(prefix) >> 3,
    sequence: Number(sequence),
    sinceBootMs: Number(microseconds) / 1000,
    fragment: flag !== '-',
    text: unescaped(raw.slice(whole.length, end === -1 ? undefined : end)),
  }
}
