/** An agent reduced to one launch, to be killed: argv[2] is JSON of { stateDir, request }. */
import { ExecRuntime } from '../../../../agent/runtime/exec/exec-runtime.ts'
import type { LaunchRequest } from '../../../../agent/runtime/runtime.ts'
import { execEnvironment, testHostId } from '../exec-home.ts'

const { stateDir, request } = JSON.parse(process.argv[2] ?? '') as { stateDir: string; request: LaunchRequest }
await new ExecRuntime({ hostId: testHostId, stateDir, baseEnv: execEnvironment }).launch(request)
console.log('launched')
setInterval(() => {}, 1_000)
