/**
 * Strict validation as an API server does it with `--validate=strict`: types, required fields and formats by the validators that are made
 * from Kubernetes' and the operators' own schemas, and no field that they do not know.
 */
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject'
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { PodTemplate } from 'kubernetes-models/v1/PodTemplate'
import { Service } from 'kubernetes-models/v1/Service'
import { z } from 'zod'

interface Document {
  readonly apiVersion: string
  readonly kind: string
}

type Validate = (document: Document) => void

/** The paths of a value that a reader has asked for. */
const recording = (value: unknown, path: string, asked: Set<string>): unknown => {
  if (typeof value !== 'object' || value === null) return value
  const known = new Map<string | symbol, unknown>()
  return new Proxy(value, {
    get(target, key) {
      const found = Reflect.get(target, key)
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return found
      const at = `${path}/${key}`
      asked.add(at)
      if (!known.has(key)) known.set(key, recording(found, at, asked))
      return known.get(key)
    },
  })
}

const pathsOf = (value: unknown, path: string): readonly string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [`${path}/${key}`, ...pathsOf(inner, `${path}/${key}`)])

interface Model {
  readonly prototype: { validate(): void }
}

/** The compiled validators read every field that the schema knows, and no other. A model's constructor would copy all of them. */
const strictly =
  ({ prototype }: Model) =>
  (document: object): void => {
    const asked = new Set<string>()
    prototype.validate.call(recording(document, '', asked))
    const unknown = pathsOf(document, '').filter((path) => !asked.has(path))
    if (unknown.length > 0) throw new Error(`unknown field ${unknown.join(', ')}`)
  }

const podTemplate = z.custom<object>().superRefine((template, context) => {
  try {
    strictly(PodTemplate)({ apiVersion: 'v1', kind: 'PodTemplate', template })
  } catch (error) {
    context.addIssue({ code: 'custom', message: String(error) })
  }
})

/** No package has its schema: its own fields are written down from the API reference of leaderworkerset.x-k8s.io/v1 (LWS 0.7), its pods are Kubernetes' own. */
const leaderWorkerSet = z.strictObject({
  apiVersion: z.literal('leaderworkerset.x-k8s.io/v1'),
  kind: z.literal('LeaderWorkerSet'),
  metadata: z.strictObject({ name: z.string(), namespace: z.string().optional(), labels: z.record(z.string(), z.string()) }),
  spec: z.strictObject({
    replicas: z.int().min(0).optional(),
    startupPolicy: z.enum(['LeaderCreated', 'LeaderReady']).optional(),
    networkConfig: z.strictObject({ subdomainPolicy: z.enum(['Shared', 'UniquePerReplica']) }).optional(),
    rolloutStrategy: z
      .strictObject({
        type: z.literal('RollingUpdate'),
        rollingUpdateConfiguration: z
          .strictObject({ partition: z.int().min(0).optional(), maxSurge: z.int().min(0), maxUnavailable: z.int().min(0) })
          .refine(({ maxSurge, maxUnavailable }) => maxSurge + maxUnavailable > 0, 'maxUnavailable cannot be 0 if maxSurge is 0')
          .optional(),
      })
      .optional(),
    leaderWorkerTemplate: z.strictObject({
      size: z.int().min(1).optional(),
      restartPolicy: z.enum(['RecreateGroupOnPodRestart', 'RecreateGroupAfterStart', 'None']).optional(),
      leaderTemplate: podTemplate.optional(),
      workerTemplate: podTemplate,
    }),
  }),
})

const validators: Readonly<Record<string, Validate>> = {
  'apps/v1 Deployment': strictly(Deployment),
  'v1 Service': strictly(Service),
  'policy/v1 PodDisruptionBudget': strictly(PodDisruptionBudget),
  'monitoring.coreos.com/v1 PodMonitor': strictly(PodMonitor),
  'autoscaling/v2 HorizontalPodAutoscaler': strictly(HorizontalPodAutoscaler),
  'keda.sh/v1alpha1 ScaledObject': strictly(ScaledObject),
  'leaderworkerset.x-k8s.io/v1 LeaderWorkerSet': (document) => void leaderWorkerSet.parse(document),
}

/** Throws what is wrong with the document. */
export const validateStrictly: Validate = (document) => {
  const validate = validators[`${document.apiVersion} ${document.kind}`]
  if (!validate) throw new Error(`no schema for ${document.apiVersion} ${document.kind}`)
  validate(document)
}
