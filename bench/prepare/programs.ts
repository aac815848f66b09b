import { join } from 'node:path'
import { bundle } from '../../scripts/lib/bundle.ts'

/** Hostler's programs as they ship: bundled JavaScript, of the tree as it is now. */
export interface Programs {
  readonly agent: string
  readonly controller: string
}

/** Bundles the programs into the directory of a run; dist/ is left as it is. */
export const bundlePrograms = async (directory: string): Promise<Programs> => {
  const into = join(directory, 'dist')
  await bundle(into)
  return { agent: join(into, 'agent.js'), controller: join(into, 'controller.js') }
}
