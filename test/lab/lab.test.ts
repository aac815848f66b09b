import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { labEngine } from './engine.ts'
import { createLab, type Lab } from './lab.ts'
import { removeDeadRuns } from './leftovers.ts'
import { run, startProcess } from './process.ts'
import { labTest } from './requires.ts'
import { runDirectory } from './run-directory.ts'
import { eventually } from './wait.ts'

const onHosts = labTest(test, { root: true })
const onEngines = labTest(test, { root: true, engine: true })

/** Everything on this machine that bears the run's id. */
const tracesOf = async (runId: string): Promise<string[]> => {
  const links = (await run('ip', ['-o', 'link'])).stdout.split('\n').filter((line) => line.includes(runId))
  const namespaces = readdirSync('/run/netns').filter((name) => name.includes(runId))
  const mounts = (await run('cat', ['/proc/self/mounts'])).stdout.split('\n').filter((line) => line.includes(runId))
  const processes = (await run('ps', ['-eo', 'pid,args'])).stdout.split('\n').filter((line) => line.includes(runId))
  const cgroups = (await run('find', ['/sys/fs/cgroup', '-name', `*${runId}*`], { accept: [0, 1] })).stdout.split('\n')
  const directories = existsSync(runDirectory(runId)) ? [runDirectory(runId)] : []
  const locks = readdirSync('/run/hostler-lab/locks').filter((name) => name.includes(runId))
  return [...links, ...namespaces, ...mounts, ...processes, ...cgroups, ...directories, ...locks].filter(Boolean)
}

onHosts('hosts reach each other and this machine, under names of their own', async (t) => {
  await using lab = await createLab()
  const [first, second] = (await lab.addHosts(2)) as [Awaited<ReturnType<Lab['addHost']>>, Awaited<ReturnType<Lab['addHost']>>]
  await first.exec('ping', ['-c', '1', '-W', '2', second.address])
  await first.exec('ping', ['-c', '1', '-W', '2', lab.gateway])
  await run('ping', ['-c', '1', '-W', '2', first.address])
  t.is((await first.exec('hostname', [])).stdout.trim(), 'host-1')
  t.is((await second.exec('hostname', [])).stdout.trim(), 'host-2')
  const interfaces = await first.exec('ls', ['/sys/class/net'])
  t.deepEqual(interfaces.stdout.trim().split('\n').sort(), ['eth0', 'lo'])
})

onHosts('a cut link loses every packet and a restored one none', async (t) => {
  await using lab = await createLab()
  const host = await lab.addHost()
  const ping = () => run('ping', ['-c', '1', '-W', '1', host.address], { accept: [0, 1] })
  t.is((await ping()).code, 0)
  await host.link.cut()
  t.is((await ping()).code, 1)
  await host.link.restore()
  await eventually(async () => (await ping()).code === 0, { deadlineMs: 5_000, what: 'the restored link to carry packets' })
})

onHosts('a shaped link carries no more than its rate', async (t) => {
  await using lab = await createLab()
  const host = await lab.addHost()
  await using _server = await host.spawn('iperf3', ['--server', '--one-off'])
  await host.link.shape({ rateMbit: 20 })
  const rate = await eventually(
    async () => {
      const { stdout } = await run('iperf3', ['--client', host.address, '--time', '1', '--json'], { accept: [0, 1] })
      return JSON.parse(stdout).end.sum_received?.bits_per_second as number | undefined
    },
    { deadlineMs: 10_000, what: 'iperf3 on the host to answer' },
  )
  t.true(rate < 25e6, `${rate} bit/s`)
  await host.link.unshape()
})

onEngines('a real engine in a container on one host answers another host and this machine', async (t) => {
  const engine = await labEngine()
  const model = await engine.modelFile(1)
  await using lab = await createLab()
  const [first, second] = (await Promise.all([lab.addHost({ engine: true }), lab.addHost()])) as [
    Awaited<ReturnType<Lab['addHost']>>,
    Awaited<ReturnType<Lab['addHost']>>,
  ]
  await engine.load(first.docker)
  const container = await first.docker.createContainer({
    Image: engine.image,
    Cmd: ['--model', '/models/lab-1.gguf', '--host', first.address, '--port', '8000', '--api-key', 'key', '--ctx-size', '4096'],
    HostConfig: { NetworkMode: 'host', Binds: [`${engine.modelDirectory}:/models:ro`] },
  })
  await container.start()
  const url = `http://${first.address}:8000`
  await eventually(async () => (await fetch(`${url}/health`)).ok, { deadlineMs: 30_000, what: `${model} to be served` })

  const body = JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], max_tokens: 12, temperature: 0 })
  const ask = (key: string) => fetch(`${url}/v1/chat/completions`, { method: 'POST', body, headers: { authorization: `Bearer ${key}` } })
  t.is((await ask('wrong')).status, 401)
  const answer = (await (await ask('key')).json()) as { usage: { completion_tokens: number } }
  t.is(answer.usage.completion_tokens, 12)
  const fromHost = await second.exec('curl', ['-sf', '-H', 'authorization: Bearer key', '-d', body, `${url}/v1/chat/completions`])
  t.is(JSON.parse(fromHost.stdout).usage.completion_tokens, 12)
})

onEngines('nothing is left of a lab after its disposal', async (t) => {
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
  t.true((await tracesOf(lab.runId)).length > 5)
  await lab[Symbol.asyncDispose]()
  t.deepEqual(await tracesOf(lab.runId), [])
})

onEngines('an aborted signal removes the lab', async (t) => {
  const controller = new AbortController()
  const lab = await createLab({ signal: controller.signal })
  await lab.addHost({ engine: true })
  controller.abort()
  await eventually(async () => (await tracesOf(lab.runId)).length === 0, { deadlineMs: 20_000, what: 'the lab to be gone' })
  t.pass()
})

onEngines('what a killed process left behind is removed by the next clean-up', async (t) => {
  const killed = await startProcess(process.execPath, [join(import.meta.dirname, 'killed-lab.ts')])
  const runId = (await killed.outputs(/up (\w+)/, 60_000))[1] as string
  killed.kill('SIGKILL')
  await killed.exited
  t.true((await tracesOf(runId)).length > 5)
  // Another test's lab may have cleaned it up first.
  await removeDeadRuns()
  await eventually(async () => (await tracesOf(runId)).length === 0, { deadlineMs: 20_000, what: 'all traces to be gone' })
})
