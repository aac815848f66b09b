/**
 * What NVIDIA's driver means by its Xid codes, in kinds and in what to do. Source: the Xid catalog at
 * https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html, read on 2026-11-23. The words are in words/LANGUAGE/xid.ts.
 */

/** program: what runs on the GPU did wrong. after: a consequence of another Xid. */
export const xidKinds = ['program', 'after', 'memory', 'link', 'bus', 'driver', 'hardware', 'state'] as const
export type XidKind = (typeof xidKinds)[number]

/** In the order of how much they cost. restart: of the replica, which happens by itself. reset: of the GPU, after a drain. */
export const xidActions = ['none', 'restart', 'reset', 'reboot', 'replace'] as const
export type XidAction = (typeof xidActions)[number]

interface Xid {
  readonly kind: XidKind
  readonly action: XidAction
}

const xid = (kind: XidKind, action: XidAction): Xid => ({ kind, action })

export const xids = {
  8: xid('program', 'restart'),
  13: xid('program', 'restart'),
  31: xid('program', 'restart'),
  32: xid('program', 'restart'),
  38: xid('driver', 'restart'),
  43: xid('program', 'restart'),
  45: xid('after', 'none'),
  46: xid('hardware', 'reset'),
  48: xid('memory', 'reset'),
  61: xid('hardware', 'reset'),
  62: xid('hardware', 'reset'),
  63: xid('memory', 'reset'),
  64: xid('memory', 'replace'),
  66: xid('program', 'restart'),
  68: xid('program', 'restart'),
  69: xid('program', 'restart'),
  74: xid('link', 'reset'),
  79: xid('bus', 'reboot'),
  92: xid('memory', 'none'),
  94: xid('memory', 'restart'),
  95: xid('memory', 'reset'),
  109: xid('driver', 'reset'),
  110: xid('driver', 'reset'),
  119: xid('driver', 'reset'),
  120: xid('driver', 'reset'),
  121: xid('link', 'none'),
  136: xid('link', 'reset'),
  137: xid('program', 'restart'),
  140: xid('memory', 'reset'),
  143: xid('driver', 'reset'),
  144: xid('link', 'reset'),
  145: xid('link', 'reset'),
  146: xid('link', 'reset'),
  147: xid('link', 'reset'),
  148: xid('link', 'reset'),
  149: xid('link', 'reset'),
  150: xid('link', 'reset'),
  154: xid('state', 'none'),
  156: xid('memory', 'none'),
  157: xid('memory', 'replace'),
  158: xid('hardware', 'reset'),
  160: xid('memory', 'reset'),
  161: xid('memory', 'replace'),
  171: xid('memory', 'none'),
  172: xid('memory', 'none'),
} as const satisfies Readonly<Record<number, Xid>>

export type KnownXid = keyof typeof xids

/** A code that the table lacks may be of a driver later than it. */
export const xidOf = (code: number): Xid | undefined => (xids as Readonly<Record<number, Xid>>)[code]
