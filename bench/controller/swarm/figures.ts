import type { Inventory } from '../../../shared/fleet/inventory.ts'
import type { ReplicaStatus } from '../../../shared/fleet/replica.ts'
import type { SeriesName } from '../../../shared/metrics/catalogue.ts'
import { rooms } from '../../../shared/metrics/catalogue.ts'
import type { Metric } from '../../../shared/metrics/metric.ts'
import type { MetricsRound } from '../../../shared/metrics/round.ts'
import type { Series } from '../../../shared/metrics/series-table.ts'
import { healthyFigure } from './healthy.ts'

/** How often a host of the swarm has values for one label beside GPU and replica, such as a NIC or a reason. */
const others = ['0', '1']

const isPlain = ([, metric]: readonly [string, Metric]): boolean => metric.type !== 'histogram'

const plainOf = (room: keyof typeof rooms): readonly (readonly [SeriesName, Metric])[] =>
  (Object.entries(rooms[room].metrics) as [SeriesName, Metric][]).filter(isPlain)

/** Label values of one series for each combination of what is known and the first of all others. */
const seriesOf = (room: keyof typeof rooms, known: Readonly<Record<string, string>>): readonly Series[] =>
  plainOf(room).flatMap(([name, { labels }]) => {
    const open = labels.filter((label) => known[label] === undefined).length
    return (open === 0 ? [''] : others).map((other) => ({ name, labels: labels.map((label) => known[label] ?? other), value: 0 }))
  })

/** Every metric of the catalogue for each GPU and replica, as the agent of such a host has them; histograms stay on the host. */
export class SwarmFigures {
  #series: Series[] = []
  #version = 0
  #replicas = ''

  next({ gpus }: Inventory, statuses: ReadonlyMap<string, ReplicaStatus>, atUnixMs: number, beat: number): MetricsRound {
    const replicas = [...statuses.keys()].join()
    if (this.#version === 0 || replicas !== this.#replicas) {
      this.#replicas = replicas
      this.#version += 1
      this.#series = [
        ...gpus.flatMap(({ uuid, index }) => seriesOf('gpu', { gpu: String(index), uuid })),
        ...seriesOf('host', {}),
        ...[...statuses.values()].flatMap(({ id, deployment }) => [
          ...seriesOf('container', { deployment, replica: id }),
          ...seriesOf('engine', { deployment, replica: id, engine: 'vllm' }),
        ]),
        ...seriesOf('agent', {}),
      ]
    }
    for (const [at, series] of this.#series.entries()) series.value = healthyFigure(series.name, beat, at)
    return { atUnixMs, version: this.#version, series: this.#series }
  }
}
