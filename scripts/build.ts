/**
 * Bundles the programs.
 *
 *   node scripts/build.ts                  dist/, which bin/hostler starts
 *   node scripts/build.ts --package DIR    a folder to copy to a machine as /opt/hostler; nothing is fetched there
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './lib/bundle.ts'
import { makePackage } from './lib/package-directory.ts'

const { values } = parseArgs({ options: { package: { type: 'string' } } })

if (values.package === undefined) {
  const { files } = await bundle(join(import.meta.dirname, '../dist'))
  const bytes = Object.values(files).reduce((sum, size) => sum + size, 0)
  console.log(`dist/: ${Object.keys(files).length} files, ${Math.ceil(bytes / 1024)} KiB`)
} else {
  await makePackage(values.package)
  console.log(`${values.package} is ready to be copied to /opt/hostler`)
}
