import type { PresetName } from '../spec/blocks.ts'
import type { DeploymentSpec } from '../spec/schema.ts'
import { custom } from './custom.ts'
import { llamacpp } from './llamacpp.ts'
import type { Preset } from './preset.ts'
import { sglang } from './sglang.ts'
import { tensorrtLlm } from './tensorrt-llm.ts'
import { vllm } from './vllm.ts'

/** Every engine that a spec may name. */
export const presets: Readonly<Record<PresetName, Preset>> = { vllm, sglang, llamacpp, 'tensorrt-llm': tensorrtLlm, custom }

/** What the user should know of the deployment before relying on it. */
export const notesOf = (spec: DeploymentSpec): readonly string[] => presets[spec.engine.preset].notes
