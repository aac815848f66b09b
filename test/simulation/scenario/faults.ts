/** What goes wrong. Each fault says what it does and, where it ends by itself, how it is put right. */
import { usualLingerMs } from '../host/host.ts'
import { controllerName } from '../nodes/controller.ts'
import type { World } from '../world/world.ts'

type Fault = (world: World) => void

const second = 1_000

const anyAgent = ({ random, agents }: World) => random.pick(agents)
const anyHost = ({ random, hosts }: World) => random.pick(hosts)
const anyEngine = (world: World) => {
  const running = world.hosts.flatMap((host) =>
    [...host.engines.values()].filter(({ state }) => state === 'running').map((engine) => ({ host, engine })),
  )
  return world.random.pick(running)
}

const later = (world: World, fromS: number, toS: number, run: () => void): void => {
  world.scheduler.after(world.random.int(fromS * second, toS * second), () => {
    if (!world.healed) run()
  })
}

/** Cuts packets between two machines, one way or both, for a while. */
const cut = (world: World, a: string, b: string, fromS: number, toS: number): void => {
  const { network, random, trace } = world
  const ways = random.chance(0.3)
    ? [random.chance(0.5) ? ([a, b] as const) : ([b, a] as const)]
    : ([
        [a, b],
        [b, a],
      ] as const)
  trace.add('network', 'cuts', { ways: ways.map((way) => way.join('>')).join(' ') })
  for (const way of ways) network.block(...way)
  later(world, fromS, toS, () => {
    trace.add('network', 'joins', { ways: ways.map((way) => way.join('>')).join(' ') })
    for (const way of ways) network.unblock(...way)
  })
}

export const faults = {
  killAgent: (world) => {
    const agent = anyAgent(world)
    agent?.crash()
    later(world, 0, 5, () => agent?.start())
  },
  killController: (world) => {
    world.controller.crash()
    later(world, 0, world.random.chance(0.8) ? 8 : 70, () => world.controller.start())
  },
  killGateway: (world) => {
    const gateway = world.random.pick(world.gateways)
    gateway?.crash()
    later(world, 0, 20, () => gateway?.start())
  },
  cutHost: (world) => {
    const host = anyHost(world)
    if (host) cut(world, host.id, controllerName, 1, world.random.pick([10, 40, 150]))
  },
  cutHostFromGateway: (world) => {
    const host = anyHost(world)
    const gateway = world.random.pick(world.gateways)
    if (host && gateway) cut(world, host.id, gateway.id, 1, 60)
  },
  cutGateway: (world) => {
    const gateway = world.random.pick(world.gateways)
    if (gateway) cut(world, gateway.id, controllerName, 1, 60)
  },
  cutController: (world) => {
    world.trace.add('network', 'the controller is cut off')
    for (const { id } of [...world.hosts, ...world.gateways]) {
      world.network.block(id, controllerName)
      world.network.block(controllerName, id)
    }
    later(world, 5, 90, () => {
      world.trace.add('network', 'the controller is back')
      for (const { id } of [...world.hosts, ...world.gateways]) {
        world.network.unblock(id, controllerName)
        world.network.unblock(controllerName, id)
      }
    })
  },
  resetConnections: ({ network, random, hosts, gateways, trace }) => {
    const name = random.pick([...hosts, ...gateways])?.id ?? controllerName
    trace.add('network', 'resets connections', { name })
    network.resetConnections(name)
  },
  slowNetwork: (world) => {
    world.network.slowness = world.random.int(20, 400)
    world.trace.add('network', 'is slow', { times: world.network.slowness })
    later(world, 5, 40, () => {
      world.network.slowness = 1
    })
  },
  loseHost: (world) => {
    const agent = anyAgent(world)
    if (!agent?.host.up) return
    agent.loseHost()
    if (world.random.chance(0.25)) {
      world.goneForGood.add(agent.host.id)
      return
    }
    later(world, 5, 90, () => {
      agent.host.up = true
      agent.start()
    })
  },
  engineCrash: (world) => {
    const found = anyEngine(world)
    if (found) found.host.end(found.engine, 139)
  },
  engineOom: (world) => {
    const found = anyEngine(world)
    if (found) found.host.end(found.engine, 137, true)
  },
  engineHangs: (world) => {
    const found = anyEngine(world)
    if (!found) return
    found.host.say('engine hangs', { engine: found.engine.id })
    found.engine.hangs = true
    if (world.random.chance(0.5))
      later(world, 2, 60, () => {
        found.engine.hangs = false
      })
  },
  engineUnloads: (world) => {
    const found = anyEngine(world)
    if (!found?.engine.loaded) return
    found.host.say('engine answers 503', { engine: found.engine.id })
    found.engine.loaded = false
    later(world, 2, 25, () => {
      if (found.engine.state === 'running') found.engine.loaded = true
    })
  },
  containerRemoved: (world) => {
    const found = anyEngine(world)
    if (found) found.host.remove(found.engine)
  },
  dockerAway: (world) => {
    const host = anyHost(world)
    host?.change('dockerd is away', () => {
      host.engineAway = true
    })
    later(world, 2, 40, () =>
      host?.change('dockerd is back', () => {
        host.engineAway = false
      }),
    )
  },
  dockerSlow: (world) => {
    const host = anyHost(world)
    if (!host) return
    host.engineDelayMs = world.random.int(500, 8_000)
    host.say('dockerd is slow', { delayMs: host.engineDelayMs })
    later(world, 5, 60, () => {
      host.engineDelayMs = 0
    })
  },
  nvidiaSmi: (world) => {
    const host = anyHost(world)
    const kind = world.random.pick(['hangs', 'fails'] as const)
    host?.change(`nvidia-smi ${kind}`, () => {
      host.nvidiaSmi = kind
    })
    later(world, 2, 40, () =>
      host?.change('nvidia-smi answers', () => {
        host.nvidiaSmi = 'answers'
      }),
    )
  },
  nvidiaSmiSlow: (world) => {
    const host = anyHost(world)
    if (!host) return
    host.nvidiaSmiDelayMs = world.random.int(1_000, 12_000)
    host.say('nvidia-smi is slow', { delayMs: host.nvidiaSmiDelayMs })
    later(world, 20, 90, () => {
      host.nvidiaSmiDelayMs = 0
    })
  },
  /** What ended holds its GPUs for long, what starts is seen late, and whoever asks waits: the driver has no CPU to run on. */
  driverSlow: (world) => {
    const host = anyHost(world)
    if (!host) return
    host.lingersMs = world.random.int(4_000, 20_000)
    host.showsAfterMs = world.random.int(400, 3_000)
    host.nvidiaSmiDelayMs = world.random.int(1_000, 8_000)
    host.say('the driver is slow to let go', { lingersMs: host.lingersMs })
    later(world, 20, 90, () => {
      host.lingersMs = usualLingerMs
      host.showsAfterMs = 400
      host.nvidiaSmiDelayMs = 0
    })
  },
  gpuVanishes: (world) => {
    const host = anyHost(world)
    const gpu = host && world.random.pick(host.gpus)
    if (!host || !gpu) return
    host.change(`${gpu.uuid} falls off the bus`, () => {
      host.missingGpus.add(gpu.uuid)
      for (const engine of host.engines.values()) if (engine.identity.gpuUuids.includes(gpu.uuid)) host.end(engine, 134)
    })
    later(world, 20, 90, () => host.change(`${gpu.uuid} is back`, () => host.missingGpus.delete(gpu.uuid)))
  },
  foreignProcess: (world) => {
    const host = anyHost(world)
    const free = host?.gpus.filter(
      ({ uuid }) => ![...host.engines.values()].some((one) => one.holdsGpus && one.identity.gpuUuids.includes(uuid)),
    )
    const gpu = world.random.pick(free ?? [])
    if (!host || !gpu) return
    host.say('a foreign process takes a GPU', { gpu: gpu.uuid })
    host.foreign.set(gpu.uuid, world.random.int(6_000_000, 7_000_000))
    later(world, 10, 60, () => host.foreign.delete(gpu.uuid))
  },
  diskFull: (world) => {
    const host = anyHost(world)
    if (!host) return
    host.say('its disk is full')
    host.disk.full = true
    later(world, 2, 60, () => {
      host.disk.full = false
    })
  },
  controllerDiskFull: (world) => {
    world.trace.add(controllerName, 'its disk is full')
    world.controller.disk.full = true
    later(world, 2, 40, () => {
      world.controller.disk.full = false
    })
  },
  registryAway: (world) => {
    const host = anyHost(world)
    if (!host) return
    host.say('the registry is away')
    host.registryAway = true
    later(world, 5, 60, () => {
      host.registryAway = false
    })
  },
  clockJumps: (world) => {
    const { random } = world
    const clock = random.pick([world.controller.clock, ...world.hosts.map((host) => host.clock), ...world.gateways.map((one) => one.clock)])
    const ms = (random.chance(0.5) ? 1 : -1) * random.pick([2_000, 60_000, 3_600_000])
    world.trace.add('clock', `${clock === world.controller.clock ? 'of the controller' : 'of a machine'} is set`, { ms })
    clock?.jump(ms)
  },
  restoreController: (world) => {
    if (!world.backup || !world.random.chance(0.3)) return
    world.trace.add(controllerName, 'is put back from a backup')
    world.controller.crash()
    world.controller.disk.restore(world.backup)
    world.checks.restored = true
    later(world, 0, 5, () => world.controller.start())
  },
} satisfies Record<string, Fault>

export type FaultName = keyof typeof faults
