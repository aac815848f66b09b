// Exits 0 when node_modules holds what package-lock.json asks for, 1 when `npm ci` is needed.
// Runs on the Node.js that is already there (20 or newer), before Node 26 is installed, so it is plain JavaScript.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = process.argv[2]

function packagesIn(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
}

function inStep() {
  if (!existsSync(join(root, 'node_modules/.bin/node'))) return false
  const wanted = packagesIn('package-lock.json')
  // npm writes this file last, after every install script has succeeded.
  const installed = packagesIn('node_modules/.package-lock.json')
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true
    const found = installed[path]
    if (found === undefined) return entry.optional === true || entry.peer === true
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

let ok = false
try {
  ok = inStep()
} catch {
  // A missing or unreadable file means that nothing usable is installed.
}
process.exit(ok ? 0 : 1)
