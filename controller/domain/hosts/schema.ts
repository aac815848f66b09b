/** Documents about hosts, as people write them. */
import { z } from 'zod'
import { dnsLabel, labelKey, labels, text } from '../spec/fields.ts'
import { taintEffects } from './taints.ts'

/** The word for "no profile", which wins over groups. */
export const noProfile = 'none'

const profile = () =>
  dnsLabel().describe(`Name of a tuning profile; ${noProfile} for none at all. What is left out is decided by the groups of the host.`)

const taints = () =>
  z
    .array(
      z.strictObject({
        key: labelKey(),
        value: z.string().max(200).prefault(''),
        effect: z
          .enum(taintEffects)
          .describe(
            'NoSchedule: no new replica that does not tolerate it. PreferNoSchedule: only where nothing else fits. NoExecute: those there move away.',
          ),
      }),
    )
    .max(100)
    .check((context) => {
      const ids = context.value.map(({ key, effect }) => `${key}:${effect}`)
      const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index)
      if (twice >= 0)
        context.issues.push({ code: 'custom', input: context.value, path: [twice], message: `the taint ${ids[twice]} is given twice` })
    })
    .prefault([])

export const hostSchema = z.strictObject({
  kind: z.literal('Host'),
  name: text(253).describe('Name of the host, as in hostler get hosts. It may join later.'),
  profile: profile().optional(),
  labels: labels().prefault({}).describe("Labels beside those of the agent's configuration, over which they win."),
  taints: taints().describe('Taints beside those that hostler taint has put on it.'),
})

export const hostGroupSchema = z
  .strictObject({
    kind: z.literal('HostGroup'),
    name: dnsLabel().describe('Name of the group.'),
    hosts: z.array(text(253)).min(1).max(5000).optional().describe('Hosts of the group, by name.'),
    labels: labels().optional().describe('Every host that carries all of these labels is in the group too.'),
    profile: profile().optional(),
    taints: taints().describe('Taints of every host of the group.'),
  })
  .check((context) => {
    const { hosts, labels: wanted } = context.value
    const twice = hosts?.findIndex((host, index) => hosts.indexOf(host) !== index) ?? -1
    if (twice >= 0)
      context.issues.push({
        code: 'custom',
        input: hosts,
        path: ['hosts', twice],
        message: 'this host is given twice; each may appear once',
      })
    if (hosts === undefined && Object.keys(wanted ?? {}).length === 0) {
      context.issues.push({
        code: 'custom',
        input: context.value,
        path: [],
        message: 'the group can have no host; give hosts, a list of names, or labels that its hosts carry',
      })
    }
  })

export type HostDocument = z.output<typeof hostSchema>
export type HostGroupDocument = z.output<typeof hostGroupSchema>
