/** A tuning profile as it is written, by us and by users. resolve.ts turns it into what a host is given. */
import { z } from 'zod'
import { driftPolicies } from './profile.ts'
import { whyNotSysctl } from './sysctl-key.ts'
import { canBeFloor } from './value.ts'
import { advisable, settable, wantedFrom } from './wanted.ts'

/** Also the name of a resource: part of file comments and log fields. */
export const profileName = z
  .string()
  .max(50)
  .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and hyphens, starting with a letter, such as inference')

// A line break would end the line of the file that it is written to.
const line = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[^\n\r\0]+$/, 'expected one line of text')
const number = z.int('expected a whole number').min(-1_000_000_000)
const sysctlValue = z.union([number, line], { error: 'expected a whole number, or one line of text' })
const limit = z.union([number.min(1), z.literal('unlimited')], { error: 'expected a whole number above 0, or unlimited' })

const sysctlSection = z.record(z.string(), settable(sysctlValue)).check((context) => {
  for (const [key, written] of Object.entries(context.value)) {
    const wanted = wantedFrom(written, 'exact')
    const why = whyNotSysctl(key)
    const floorless = wanted?.comparison === 'at-least' && !canBeFloor(key, wanted.value)
    if (why !== undefined) context.issues.push({ code: 'custom', input: key, path: [key], message: why })
    else if (floorless)
      context.issues.push({
        code: 'custom',
        input: wanted.value,
        path: [key],
        message: `atLeast needs numbers to compare, found "${wanted.value}"; write it as value`,
      })
  }
})

const hugePageModes = z.enum(['always', 'madvise', 'never'])
const defragModes = z.enum(['always', 'defer', 'defer+madvise', 'madvise', 'never'])
const priorities = z.union([z.int().min(0).max(7), z.string().regex(/^[0-7](,[0-7])*$/)], {
  error: 'expected priorities from 0 to 7, such as 3 or "3,4"',
})

export const tuningProfileDocument = z.strictObject({
  kind: z.literal('TuningProfile'),
  name: profileName,
  inherits: z
    .union([profileName, z.array(profileName).max(8)], { error: 'expected the name of a profile, or a list of names' })
    .prefault([])
    .transform((names) => (typeof names === 'string' ? [names] : names))
    .describe('Profiles whose settings this one starts from; where two set the same, the later one counts, and this one above all.'),
  onDrift: z
    .enum(driftPolicies)
    .optional()
    .describe(
      "What a host does when a value was changed behind Hostler's back: put it right, or only tell. Default: as inherited, else mend.",
    ),
  description: z.string().max(500).prefault(''),
  sysctl: sysctlSection.prefault({}).describe('Kernel settings by their dotted names.'),
  transparentHugePages: z
    .strictObject({ enabled: settable(hugePageModes), defrag: settable(defragModes) })
    .partial()
    .prefault({}),
  cpuGovernor: settable(z.string().regex(/^[a-z_]{1,16}$/, 'expected a governor such as performance')).optional(),
  engineLimits: z
    .strictObject({ memlock: settable(limit), nofile: settable(limit) })
    .partial()
    .prefault({})
    .describe("Limits of the container engine's unit and of containers that ask for none. memlock in bytes."),
  nvidiaPersistence: settable(z.boolean()).optional(),
  nicRing: z
    .strictObject({
      rx: settable(z.union([number.min(1), z.literal('max')])),
      tx: settable(z.union([number.min(1), z.literal('max')])),
    })
    .partial()
    .prefault({})
    .describe('Ring buffers of hardware network cards. Some drivers drop the link for a moment when these change.'),
  nicChecks: z
    .strictObject({
      pfc: advisable(priorities),
      ecn: advisable(priorities),
      trust: advisable(z.enum(['dscp', 'pcp'])),
      pause: advisable(z.boolean()),
      mtu: advisable(z.int().min(576).max(65_535)),
    })
    .partial()
    .prefault({})
    .describe('Looked at on RDMA network cards, and only told: switch and card must agree.'),
  filesystem: advisable(z.enum(['xfs', 'ext4']))
    .optional()
    .describe('Looked at under the model path, and only told: nothing is ever formatted.'),
})

/** What a user writes. */
export type TuningProfileInput = z.input<typeof tuningProfileDocument>
/** As it was read: written out, it reads the same again. */
export type TuningProfileDocument = z.output<typeof tuningProfileDocument>
