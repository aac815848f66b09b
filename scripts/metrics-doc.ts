/** Writes docs/metrics.md from the vocabulary. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { metricsPage } from './lib/metrics-page.ts'

await writeFile(join(import.meta.dirname, '../docs/metrics.md'), metricsPage())
