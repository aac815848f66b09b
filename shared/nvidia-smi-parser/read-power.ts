import type { Power } from './gpu.ts'
import { section } from './present.ts'
import { quantity } from './values.ts'
import { child, type Element, textAt } from './xml.ts'

/**
 * Power of a GPU. Up to 525 it stands under `power_readings`, then under `gpu_power_readings`; the module of a superchip has
 * the same fields under `module_power_readings` and must not be taken for the GPU.
 */
export const readPower = (gpu: Element): Power | undefined => {
  const readings = child(gpu, 'gpu_power_readings') ?? child(gpu, 'power_readings')
  const module = child(gpu, 'module_power_readings')
  const watts = (element: Element | undefined, name: string) => quantity(textAt(element, name), 'watts')
  const draw = (element: Element | undefined) =>
    watts(element, 'power_draw') ?? watts(element, 'average_power_draw') ?? watts(element, 'instant_power_draw')
  return section<Power>({
    drawWatts: draw(readings),
    averageDrawWatts: watts(readings, 'average_power_draw'),
    instantDrawWatts: watts(readings, 'instant_power_draw'),
    limitWatts: watts(readings, 'current_power_limit') ?? watts(readings, 'enforced_power_limit') ?? watts(readings, 'power_limit'),
    requestedLimitWatts: watts(readings, 'requested_power_limit') ?? watts(readings, 'power_limit'),
    defaultLimitWatts: watts(readings, 'default_power_limit'),
    minLimitWatts: watts(readings, 'min_power_limit'),
    maxLimitWatts: watts(readings, 'max_power_limit'),
    memoryDrawWatts: draw(child(gpu, 'gpu_memory_power_readings')),
    moduleDrawWatts: draw(module),
    moduleLimitWatts: watts(module, 'current_power_limit'),
  })
}
