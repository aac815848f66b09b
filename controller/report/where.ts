import type { Phrases } from './phrases/phrases.ts'

const mostHosts = 3

/** `GPU-8f3a1c2d-…` in as many characters as tell the GPUs of a fleet apart. */
export const shortUuid = (uuid: string): string => uuid.replace(/^(GPU-|MIG-)?([0-9a-f]{8})-[0-9a-f-]+$/i, '$2')

/** The subject of a finding or event, for people; empty for the host as a whole. */
export const subjectText = (subject: string, phrases: Phrases): string => {
  const [kind, name = ''] = subject.split(/\/(.*)/s)
  switch (kind) {
    case 'host':
      return ''
    case 'gpu':
      return phrases.gpu(shortUuid(name))
    case 'replica':
      return phrases.replica(name)
    case 'link':
      return phrases.link(name)
    default:
      return name === '' ? subject : name
  }
}

export const hostsText = (hosts: readonly string[], phrases: Phrases): string => {
  const named = hosts.filter((host) => host !== '')
  return named.length === 0 ? phrases.fleet : phrases.severalHosts(named.slice(0, mostHosts), Math.max(0, named.length - mostHosts))
}

export const whereText = (hosts: readonly string[], subject: string, phrases: Phrases): string =>
  [hostsText(hosts, phrases), subjectText(subject, phrases)].filter((part) => part !== '').join(' · ')

/** UTC to the second. */
export const momentText = (unixMs: number): string =>
  new Date(unixMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')
