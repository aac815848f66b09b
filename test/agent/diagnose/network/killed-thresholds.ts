import { lowerThresholds } from './neighbour-thresholds.ts'

/** Lowers the thresholds and waits to be killed. */
const { gcThresh3 } = await lowerThresholds(Number(process.argv[2]))
console.log(`lowered to ${gcThresh3}`)
setInterval(() => {}, 1_000)
