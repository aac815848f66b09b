import type { Check } from '../check.ts'
import { diskHealth } from './storage/disk-health.ts'
import { filesystem } from './storage/filesystem.ts'
import { kernelErrors } from './storage/kernel-errors.ts'
import { mountOptions } from './storage/mount-options.ts'
import { pageCache } from './storage/page-cache.ts'
import { readLatency } from './storage/read-latency.ts'
import { space } from './storage/space.ts'
import { writable } from './storage/writable.ts'

/** The checks of this subject, in the order in which a report shows them. To add one: write its file, and put it here. */
export const storageChecks: readonly Check[] = [filesystem, space, writable, kernelErrors, diskHealth, readLatency, mountOptions, pageCache]
