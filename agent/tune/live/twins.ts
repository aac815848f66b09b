/** Two sysctls for one thing: setting one makes the other 0. */
const pairs: readonly (readonly [string, string])[] = [
  ['vm.dirty_bytes', 'vm.dirty_ratio'],
  ['vm.dirty_background_bytes', 'vm.dirty_background_ratio'],
  ['vm.overcommit_kbytes', 'vm.overcommit_ratio'],
]

/** The other one; undefined for all others. Pure. */
export const twinOf = (key: string): string | undefined => pairs.find((pair) => pair.includes(key))?.find((one) => one !== key)
