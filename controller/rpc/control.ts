import type { ControlHandlers } from '../../proto/generated/hostler/v1/Control.ts'
import { formatProblems } from '../../shared/config/problem.ts'
import { protocolVersion, version } from '../../shared/config/version.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { formatJoinToken } from '../../shared/identity/join-token.ts'
import { type IdentityKind, identityKinds, type Role, roles } from '../../shared/identity/subject.ts'
import type { Log } from '../../shared/log/log.ts'
import { notesOf } from '../domain/engine/presets.ts'
import { unknownProfile } from '../domain/hosts/check.ts'
import { directoryOf } from '../domain/hosts/directory.ts'
import { standingOf } from '../domain/rollout/standing.ts'
import { documentOf } from '../domain/spec/document.ts'
import { parseSpec } from '../domain/spec/parse.ts'
import type { DeploymentSpec } from '../domain/spec/schema.ts'
import type { IdentityRecord } from '../store/store.ts'
import type { UseCaseContext } from '../usecases/context.ts'
import { applySpec, deleteDeployment, scale } from '../usecases/deployments.ts'
import { type Editor, findDeployment } from '../usecases/edits.ts'
import type { Facts } from '../usecases/facts.ts'
import { createKey, revokeKey } from '../usecases/keys.ts'
import { abortCanary, promoteCanary, setPaused, undoRollout } from '../usecases/rollouts.ts'
import { createToken, revokeToken } from '../usecases/tokens.ts'
import { personWith } from './caller.ts'
import { unary } from './unary-handler.ts'

export interface ControlOptions {
  readonly context: UseCaseContext
  readonly log: Log
  readonly enrolAddress: () => string
  readonly caSha256Hex: string
}

type UnaryCall =
  | 'Version'
  | 'Apply'
  | 'Delete'
  | 'Scale'
  | 'RolloutAction'
  | 'RolloutHistory'
  | `${'Create' | 'Revoke'}${'Token' | 'Key'}`
  | `List${'Tokens' | 'Keys'}`

/** So may a group. */
const groupNotes = (facts: Facts, { placement }: DeploymentSpec): readonly string[] => {
  const known = new Set(directoryOf(facts.resources.values()).groups.map(({ document }) => document.name))
  const missing = (placement.groups ?? []).filter((name) => !known.has(name))
  return missing.map((name) => `placement.groups: there is no group ${name} yet; until there is, it has no host`)
}

const editorOf = ({ ifVersion }: { readonly ifVersion: number }, { name }: IdentityRecord): Editor => ({ author: name, ifVersion })

const rolloutActions = {
  undo: (context: UseCaseContext, name: string, editor: Editor, revision: number) => undoRollout(context, name, revision, editor),
  pause: (context: UseCaseContext, name: string, editor: Editor) => setPaused(context, name, true, editor),
  resume: (context: UseCaseContext, name: string, editor: Editor) => setPaused(context, name, false, editor),
  promote: promoteCanary,
  abort: abortCanary,
}
type RolloutAction = keyof typeof rolloutActions

/** A profile may come after the deployment that requires it; until then no host has it. */
const profileNotes = (facts: Facts, { placement }: DeploymentSpec): readonly string[] => {
  const missing =
    placement.profile === undefined ? undefined : unknownProfile(placement.profile, directoryOf(facts.resources.values()).profiles)
  return missing === undefined ? [] : [`placement.profile: ${missing}; until there is, no host can take a replica`]
}

/** Unary calls of people and scripts. The streaming ones are in control-streams.ts. */
export const controlUnary = ({ context, log, enrolAddress, caSha256Hex }: ControlOptions): Pick<ControlHandlers, UnaryCall> => {
  const { facts } = context.ledger
  /** A handler that only runs for people of a role. */
  const forRole = <Request, Reply>(role: Role, handle: (request: Request, person: IdentityRecord) => Promise<Reply> | Reply) =>
    unary<Request, Reply>(log, (request, call) => handle(request, personWith(call, facts, role)))

  return {
    Version: forRole('viewer', (_request, person) => ({
      version,
      protocol: protocolVersion,
      identity: person.name,
      role: person.role ?? '',
    })),

    Apply: forRole('operator', async (request, person) => {
      const parsed = parseSpec(request.specJson, request.source || 'spec')
      if (!parsed.ok) throw new HostlerError('SPEC_INVALID', formatProblems(parsed.problems))
      return {
        ...(await applySpec(context, parsed.value, editorOf(request, person), request.dryRun)),
        notes: [...notesOf(parsed.value), ...profileNotes(facts, parsed.value), ...groupNotes(facts, parsed.value)],
      }
    }),
    Delete: forRole('operator', (request, person) => deleteDeployment(context, request.name, editorOf(request, person))),
    Scale: forRole('operator', (request, person) => scale(context, request.name, request.replicas, editorOf(request, person))),
    RolloutAction: forRole('operator', (request, person) => {
      const { action, name, revision } = request
      const perform = rolloutActions[action as RolloutAction]
      if (Object.hasOwn(rolloutActions, action)) return perform(context, name, editorOf(request, person), revision)
      throw new HostlerError(
        'ARGUMENT_INVALID',
        `"${action}" is not an action of a rollout; expected one of ${Object.keys(rolloutActions).join(', ')}`,
      )
    }),
    RolloutHistory: forRole('viewer', (request) => {
      const deployment = findDeployment(facts, request.name)
      const revisions = facts.revisions.get(request.name) ?? []
      return {
        revisions: revisions.map((revision) => ({
          number: revision.number,
          createdUnixMs: revision.createdUnixMs,
          state: standingOf(revision, deployment),
          message: revision.message,
          author: revision.author,
          specJson: JSON.stringify(documentOf(revision.spec)),
        })),
      }
    }),

    CreateToken: forRole('admin', async (request) => {
      const kind: IdentityKind | undefined = identityKinds.find((candidate) => candidate === (request.kind || 'host'))
      if (!kind) throw new HostlerError('ARGUMENT_INVALID', `"${request.kind}" cannot join; expected host, gateway or user`)
      const role = roles.find((candidate) => candidate === request.role)
      const { record, secret } = await createToken(context, { kind, role, ttlMs: request.ttlMs, uses: request.uses })
      const token = formatJoinToken({ address: enrolAddress(), id: record.id, secret, caSha256Hex })
      const command = { host: 'hostler agent', gateway: 'hostler gateway', user: 'hostler login' }[kind]
      return { id: record.id, token, expiresUnixMs: record.expiresUnixMs, joinCommand: `${command} --join ${token}` }
    }),
    ListTokens: forRole('admin', () => ({
      tokens: [...facts.tokens.values()].map(({ id, kind, role, expiresUnixMs, usesLeft, revoked, createdUnixMs }) => ({
        id,
        kind,
        role: role ?? '',
        expiresUnixMs,
        usesLeft,
        revoked,
        createdUnixMs,
      })),
    })),
    RevokeToken: forRole('admin', async (request) => {
      await revokeToken(context, request.name)
      return {}
    }),

    CreateKey: forRole('operator', async (request) => {
      const { record, key } = await createKey(context, request)
      return { id: record.id, key }
    }),
    ListKeys: forRole('viewer', () => ({
      keys: [...facts.keys.values()].map(({ sha256Hex: _, ...key }) => ({ ...key, models: [...key.models] })),
    })),
    RevokeKey: forRole('operator', async (request) => {
      await revokeKey(context, request.name)
      return {}
    }),
  }
}
