import { readFile } from 'node:fs/promises'

const files = ['/etc/os-release', '/usr/lib/os-release'] as const

/** `PRETTY_NAME` of os-release(5), or NAME and VERSION_ID; empty when there is none. Pure. */
export const osNameOf = (text: string): string => {
  const value = (name: string): string => {
    const raw = new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
    return /^(["']).*\1$/.test(raw) ? raw.slice(1, -1).replaceAll(/\\(["'$`\\])/g, '$1') : raw
  }
  return value('PRETTY_NAME') || `${value('NAME')} ${value('VERSION_ID')}`.trim()
}

/** The name of this host's distribution. systeminformation's osInfo would start processes synchronously for it. */
export const readOsName = async (): Promise<string> => {
  for (const file of files) {
    const name = osNameOf(await readFile(file, 'utf8').catch(() => ''))
    if (name !== '') return name
  }
  return ''
}
