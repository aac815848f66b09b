import test from 'ava'
import fc from 'fast-check'
import { documentProblems } from '../../../../controller/domain/hosts/check.ts'
import { parseFleetDocuments } from '../../../../controller/domain/hosts/parse.ts'
import { formatProblems } from '../../../../shared/config/problem.ts'
import { builtInProfiles } from '../../../../shared/tuning/built-in.ts'

const documentsOf = (text: string) => {
  const parsed = parseFleetDocuments(text, 'f.yaml')
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems))
  return parsed.value.map(({ value }) => value)
}

const problemsOf = (text: string): string => {
  const parsed = parseFleetDocuments(text, 'f.yaml')
  if (!parsed.ok) return formatProblems(parsed.problems)
  const resources = parsed.value.flatMap(({ value, problemAt }) => (value.kind === 'resource' ? [{ ...value, problemAt }] : []))
  const found = documentProblems(
    resources.map(({ document }) => document),
    { profiles: builtInProfiles, rules: new Map() },
  )
  return formatProblems(found.flatMap(({ index, path, message }) => resources[index]?.problemAt(path, message) ?? []))
}

const deployment = 'model: { name: r1, path: /m }\nengine: { preset: vllm }\nimage: i'

test('documents of all kinds come out in the order of the file, a deployment with and without its kind', (t) => {
  const found = documentsOf(
    `name: a\n${deployment}\n---\nkind: Deployment\nname: b\n${deployment}\n---\n{ kind: Host, name: a, profile: inference }\n---\n{ kind: HostGroup, name: a, hosts: [a] }\n---\n{ kind: TuningProfile, name: a, inherits: inference }\n`,
  )
  t.deepEqual(
    found.map((document) =>
      document.kind === 'Deployment' ? `Deployment ${document.spec.name}` : `${document.document.kind} ${document.document.name}`,
    ),
    ['Deployment a', 'Deployment b', 'Host a', 'HostGroup a', 'TuningProfile a'],
  )
  const [, , host] = found
  t.deepEqual(host?.kind === 'resource' ? host.written : undefined, { kind: 'Host', name: 'a', profile: 'inference' })
})

const mistakes: readonly (readonly [title: string, text: string, problem: string])[] = [
  [
    'a kind that does not exist',
    'kind: Hostgroup\nname: a\n',
    'f.yaml:1:7: kind: expected one of Deployment, Host, HostGroup, TuningProfile, AlertRule, AlertReceiver (did you mean HostGroup?), got "Hostgroup"',
  ],
  ['an unknown field', 'kind: Host\nname: a\nprofil: x\n', 'f.yaml:3:1: profil: unknown field, did you mean profile?'],
  [
    'a group that can have no host',
    'kind: HostGroup\nname: a\n',
    'f.yaml:1:1: the group can have no host; give hosts, a list of names, or labels that its hosts carry, got a block with kind, name',
  ],
  [
    'a host given twice',
    'kind: HostGroup\nname: a\nhosts: [x, y, x]\n',
    'f.yaml:3:15: hosts[2]: this host is given twice; each may appear once, got "x"',
  ],
  [
    'a profile that does not exist',
    'kind: HostGroup\nname: a\nhosts: [x]\nprofile: inferense\n',
    'f.yaml:4:10: profile: there is no tuning profile "inferense"; did you mean inference?',
  ],
  [
    'a parent that does not exist',
    'kind: TuningProfile\nname: a\ninherits: [inference, nowhere]\n',
    'f.yaml:3:23: inherits[1]: there is no tuning profile "nowhere"; there are: inference, network-lossless, a',
  ],
  [
    'the name of a built-in profile',
    'kind: TuningProfile\nname: inference\n',
    'f.yaml:2:7: name: the profile inference is built in; choose another name and write "inherits: inference"',
  ],
  [
    'the word for no profile as a name',
    'kind: TuningProfile\nname: none\n',
    'f.yaml:2:7: name: "none" stands for no profile at all; choose another name',
  ],
  ['the same name twice', '{ kind: Host, name: a }\n---\n{ kind: Host, name: a }\n', 'f.yaml:3:21: name: Host a is in this file twice'],
  ['an empty file', '---\n', 'f.yaml: the file is empty, expected Deployment, Host, HostGroup, TuningProfile, AlertRule, AlertReceiver'],
]

for (const [title, text, problem] of mistakes)
  test(`${title} is refused at its place, with what would be right`, (t) => t.is(problemsOf(text), problem))

test('profiles may inherit one another within a file, in any order, and no circle', (t) => {
  t.is(problemsOf('{ kind: TuningProfile, name: a, inherits: b }\n---\n{ kind: TuningProfile, name: b, inherits: inference }\n'), '')
  t.regex(
    problemsOf('{ kind: TuningProfile, name: a, inherits: b }\n---\n{ kind: TuningProfile, name: b, inherits: a }\n'),
    /f\.yaml:1:\d+: inherits: .*cannot inherit itself: /,
  )
})

test('no text makes the parser throw', (t) => {
  const words = fc.constantFrom(
    'kind: ',
    'Host',
    'HostGroup',
    'TuningProfile',
    'name: ',
    '\n',
    '---\n',
    '[',
    '{',
    '}',
    'sysctl: ',
    '*a',
    '&a ',
    'profile: ',
    'none',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words, { maxLength: 20 }).map((list) => list.join('')),
      ),
      (text) => {
        const parsed = parseFleetDocuments(text, 'f.yaml')
        t.true(parsed.ok || parsed.problems.length > 0)
      },
    ),
  )
})
