import type { IService } from 'kubernetes-models/v1/Service'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { portOf } from './launch.ts'
import { type ExportOptions, metadataOf, portName } from './names.ts'

/** @param selector of the pods that answer */
export const serviceOf = (spec: DeploymentSpec, options: ExportOptions, selector: Readonly<Record<string, string>>): IService => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadataOf(spec, options),
  spec: {
    type: 'ClusterIP',
    selector: { ...selector },
    ports: [{ name: portName, port: portOf(spec), targetPort: portName, protocol: 'TCP', appProtocol: 'http' }],
  },
})
