/** Writes docs/alerts.md from the built-in alert rules and signals. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alertsPage } from './lib/alerts-page.ts'

writeFileSync(join(import.meta.dirname, '../docs/alerts.md'), alertsPage())
