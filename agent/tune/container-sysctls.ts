import type { TuningProfile } from '../../shared/tuning/profile.ts'
import { valueToSet } from '../../shared/tuning/value.ts'
import { namespaceOf } from './namespaces.ts'

export interface ContainerNamespaces {
  /** The container shares the host's network, or IPC: what is set on the host holds for it. */
  readonly hostNetwork: boolean
  readonly hostIpc: boolean
  /** What the host has, so that a floor does not lower what a new namespace would start with. */
  readonly hostValue?: (key: string) => string | undefined
}

/**
 * Keys that every network namespace has, in kernels since 4.15. Others of net.* are the whole host's, or are not there in a new namespace, and a
 * container that is to be started with one of those does not start.
 */
const ofEveryNetwork: readonly RegExp[] = [
  /^net\.core\.somaxconn$/,
  /^net\.ipv4\.(ip_local_port_range|ip_local_reserved_ports|ip_unprivileged_port_start|ip_default_ttl)$/,
  /^net\.ipv4\.tcp_(max_syn_backlog|fastopen|slow_start_after_idle|mtu_probing|base_mss|rmem|wmem|congestion_control|syncookies|ecn)$/,
  /^net\.ipv4\.tcp_(keepalive_(time|intvl|probes)|fin_timeout|tw_reuse|max_tw_buckets|notsent_lowat|syn_retries|synack_retries)$/,
  /^net\.ipv4\.tcp_(retries1|retries2|orphan_retries|timestamps|sack|window_scaling|moderate_rcvbuf|no_metrics_save|adv_win_scale)$/,
  /^net\.ipv4\.conf\.(all|default)\.(arp_ignore|arp_announce|rp_filter)$/,
]

const isOfEveryNetwork = (key: string): boolean => ofEveryNetwork.some((pattern) => pattern.test(key))

/** The sysctls that a container with namespaces of its own has to be started with, for the engine's HostConfig.Sysctls. Pure. */
export const containerSysctls = (
  profile: TuningProfile | undefined,
  { hostNetwork, hostIpc, hostValue = () => undefined }: ContainerNamespaces,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (profile?.settings ?? []).flatMap((setting): readonly (readonly [string, string])[] => {
      const { kind, key, comparison } = setting
      if (kind !== 'sysctl' || comparison === 'advise') return []
      const namespace = namespaceOf(key)
      const own = namespace === 'net' ? !hostNetwork && isOfEveryNetwork(key) : namespace === 'ipc' && !hostIpc
      return own ? [[key, valueToSet(setting, hostValue(key))]] : []
    }),
  )
