import { join } from 'node:path'
import { makePackage } from '../../scripts/lib/package-directory.ts'

/** Hostler's programs as they ship: bundled JavaScript, of the tree as it is now. */
export interface Programs {
  /** What starts them, with the options that they ship with. */
  readonly hostler: string
}

/** Bundles the programs into the directory of a run; dist/ is left as it is. */
export const bundlePrograms = async (directory: string): Promise<Programs> => {
  const into = join(directory, 'package')
  await makePackage(into)
  return { hostler: join(into, 'bin/hostler') }
}
