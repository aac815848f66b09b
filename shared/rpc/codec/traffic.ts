import type { GatewayTraffic, GatewayTraffic__Output } from '../../../proto/generated/hostler/v1/GatewayTraffic.ts'
import type { TrafficReport } from '../../fleet/traffic.ts'
import { forWire } from './mutable.ts'

export const trafficToWire = ({ firstByteBoundsMs, durationBoundsMs, entries }: TrafficReport): GatewayTraffic =>
  forWire({ firstByteBoundsMs, durationBoundsMs, entries: entries.map(({ ended, ...entry }) => ({ ...entry, ...ended })) })

export const trafficFromWire = ({ firstByteBoundsMs, durationBoundsMs, entries }: GatewayTraffic__Output): TrafficReport => ({
  firstByteBoundsMs,
  durationBoundsMs,
  entries: entries.map(({ ok, clientError, upstreamError, cut, refused429, refused503, cancelled, ...entry }) => ({
    ...entry,
    ended: { ok, clientError, upstreamError, cut, refused429, refused503, cancelled },
  })),
})
