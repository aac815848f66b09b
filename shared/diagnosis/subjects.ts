/** What can be diagnosed: `hostler diagnose SUBJECT`. */
export const subjects = ['host', 'gpu', 'network', 'oom', 'storage'] as const
export type Subject = (typeof subjects)[number]

/** Why a diagnosis was made. */
export const triggers = ['asked', 'schedule', 'break'] as const
export type Trigger = (typeof triggers)[number]
