/** Draws docs/claims/*.svg from the simulations of `npm run bench -- claims`. Takes a minute or two. */
import { mkdir, writeFile } from 'node:fs/promises'
import { balanceResults, offeredRates, overloadResults, rampPanels, tailPanels } from '../bench/claims/claims.ts'
import { plot } from '../bench/claims/plot.ts'

const directory = new URL('../docs/claims/', import.meta.url)
const seconds = 10
const never = new AbortController().signal
await mkdir(directory, { recursive: true })
const put = async (name: string, svg: string) => {
  await writeFile(new URL(`${name}.svg`, directory), svg)
  console.log(`wrote docs/claims/${name}.svg`)
}
const balances = await balanceResults(seconds, never)
await put('balance', plot('Round robin and least outstanding requests, at 85 % load', 'times the median', tailPanels(balances)))
const ramp = await overloadResults(offeredRates, seconds, never)
await put('overload', plot('More requests than engines can answer', 'requests offered a second', rampPanels(ramp, seconds)))
