// A program for lab.test.ts: makes a lab with a running container, says so, and waits to be killed.
import { labEngine } from './engine.ts'
import { createLab } from './lab.ts'

const engine = await labEngine()
const lab = await createLab()
const host = await lab.addHost({ engine: true })
await engine.load(host.docker)
const container = await host.docker.createContainer({
  Image: engine.image,
  Entrypoint: ['sleep', '1000'],
  HostConfig: { NetworkMode: 'host' },
})
await container.start()
await host.spawn('sleep', ['1000'])
await lab.spawn('sleep', ['1000'])
console.log(`up ${lab.runId}`)
setInterval(() => {}, 1_000)
