/** Names of sysctls, and those that no profile may set. Pure. */

/** Writing these makes the kernel run a program, is an action and no setting, or cannot be taken back before the next boot. */
const refused: readonly (readonly [RegExp, string])[] = [
  [
    /^kernel\.(core_pattern|modprobe|hotplug|poweroff_cmd)$|^kernel\.usermodehelper\.|^fs\.binfmt_misc\./,
    'names a program that the kernel runs',
  ],
  [/^vm\.(drop_caches|compact_memory)$|^net\.ipv[46]\.route\.flush$|^vm\.stat_refresh$/, 'is an action, not a setting that could hold'],
  [
    /^kernel\.(modules_disabled|kexec_load_disabled|unprivileged_bpf_disabled)$/,
    'cannot be set back before the next boot, so Hostler could not revert it',
  ],
  [/^kernel\.(sysrq|panic|hostname|domainname)$|^kernel\.random\./, 'has nothing to do with serving models'],
]

const shape = /^[a-z0-9_]+([.][A-Za-z0-9_:@/-]+)+$/

/** Why this is no sysctl that a profile may set; undefined when it is one. */
export const whyNotSysctl = (key: string): string | undefined => {
  if (/[*?[\]]/.test(key)) return 'patterns are not followed; name each key'
  if (key.includes('/') && !key.includes('.')) return `write it with dots: ${key.replaceAll('/', '.')}`
  if (
    !shape.test(key) ||
    sysctlPath(key)
      .split('/')
      .some((part) => part === '' || part === '.' || part === '..')
  )
    return 'expected a sysctl such as net.core.somaxconn'
  const why = refused.find(([pattern]) => pattern.test(key))?.[1]
  return why === undefined ? undefined : `${key} ${why}; set it by hand if you must`
}

/** Below /proc/sys: dots separate, and a slash stands for a dot in a name, as in net.ipv4.conf.eth0/100.rp_filter. */
export const sysctlPath = (key: string): string => key.replaceAll(/[./]/g, (mark) => (mark === '.' ? '/' : '.'))

/** The inverse of sysctlPath. */
export const sysctlKey = (path: string): string => path.replaceAll(/[./]/g, (mark) => (mark === '.' ? '/' : '.'))
