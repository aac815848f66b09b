import type { TuningProfile } from '../../shared/tuning/profile.ts'
import { resolveProfile } from '../../shared/tuning/resolve.ts'
import { type Directory, directoryOf, readResource } from '../domain/hosts/directory.ts'
import { labelsOf } from '../domain/hosts/groups.ts'
import type { ResourceDocument, ResourceRecord } from '../domain/hosts/resource.ts'
import { mergedTaints } from '../domain/hosts/taints.ts'
import type { HostRecord } from '../domain/model.ts'
import { type WantedProfile, wantedProfile } from '../domain/tuning/wanted.ts'
import type { Facts } from './facts.ts'

export interface Wish {
  /** The host with the labels of its document. */
  readonly record: HostRecord
  readonly wanted: WantedProfile
  /** Resolved; the same object as long as nothing about it changed. Absent: none. */
  readonly profile: TuningProfile | undefined
}

type Resolved = { readonly profile: TuningProfile } | { readonly problem: string }

/** What every host is to be tuned to, worked out anew only when a document or the host changed: a pass asks for every host. */
export class TuningWishes {
  readonly #facts: Facts
  #from: ReadonlyMap<string, ResourceRecord> | undefined
  #directory: Directory = directoryOf([])
  /** Undefined: it cannot be read. */
  readonly #documents = new WeakMap<ResourceRecord, ResourceDocument | undefined>()
  #profiles = new Map<string, Resolved>()
  #wishes = new WeakMap<HostRecord, Wish>()

  constructor(facts: Facts) {
    this.#facts = facts
  }

  get directory(): Directory {
    this.#refresh()
    return this.#directory
  }

  of(host: HostRecord): Wish {
    this.#refresh()
    const known = this.#wishes.get(host)
    if (known) return known
    const wish = this.#wishFor(host)
    this.#wishes.set(host, wish)
    return wish
  }

  /** The profile of this name with all that it inherits, or why there is none. */
  resolve(name: string): Resolved {
    this.#refresh()
    const known = this.#profiles.get(name)
    if (known) return known
    const result = resolveProfile(name, this.#directory.profiles)
    const resolved = result.ok
      ? { profile: result.profile }
      : { problem: result.problems.map(({ profile, message }) => (profile === name ? message : `${profile}: ${message}`)).join('; ') }
    this.#profiles.set(name, resolved)
    return resolved
  }

  #refresh(): void {
    if (this.#from === this.#facts.resources) return
    this.#from = this.#facts.resources
    this.#directory = directoryOf(this.#from.values(), (record) => this.#read(record))
    this.#profiles = new Map()
    this.#wishes = new WeakMap()
  }

  #read(record: ResourceRecord): ResourceDocument | undefined {
    if (!this.#documents.has(record)) this.#documents.set(record, readResource(record))
    return this.#documents.get(record)
  }

  #wishFor(host: HostRecord): Wish {
    const document = this.#directory.hosts.get(host.name)
    const labels = labelsOf(host.labels, document)
    const labelled = labels === host.labels ? host : { ...host, labels }
    const wanted = wantedProfile(labelled, document, this.#directory.groups)
    const inGroups = this.#directory.groups.filter((group) => wanted.groups.includes(group.document.name))
    const documented = mergedTaints(document?.taints ?? [], ...inGroups.map((group) => group.document.taints))
    const record = documented.length === 0 ? labelled : { ...labelled, taints: mergedTaints(host.taints ?? [], documented) }
    if (wanted.profile === '') return { record, wanted, profile: undefined }
    const resolved = this.resolve(wanted.profile)
    if ('profile' in resolved) return { record, wanted, profile: resolved.profile }
    return { record, wanted: { ...wanted, problem: resolved.problem }, profile: undefined }
  }
}
