/** Draws docs/autoscaling/*.svg from the simulation of `npm run bench -- autoscale`. Takes a minute. */
import { mkdir, writeFile } from 'node:fs/promises'
import { curves } from '../bench/scale/curves.ts'
import { plot } from '../bench/scale/plot.ts'
import { resultsOf } from '../bench/scale/scale.ts'

const directory = new URL('../docs/autoscaling/', import.meta.url)
await mkdir(directory, { recursive: true })
for (const curve of curves) {
  const results = await resultsOf(curve, new AbortController().signal)
  await writeFile(new URL(`${curve.name}.svg`, directory), plot(curve, results))
  console.log(`wrote docs/autoscaling/${curve.name}.svg`)
}
