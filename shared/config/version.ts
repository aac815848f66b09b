import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package-root.ts'

const read = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0.0.0'
}

export const version: string = read()

/** Of the wire contract. A controller accepts its own and the one before. 2: agents start members of gangs. */
export const protocolVersion = 2

export const speaksWith = (theirs: number): boolean => theirs === protocolVersion || theirs === protocolVersion - 1
