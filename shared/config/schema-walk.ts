/** Looks into a zod schema: which fields does the object at a path know? Only for error messages. */
import type { core } from 'zod'

type Path = readonly PropertyKey[]

/** The field names of the object at the path, or none when there is no object of fixed fields. */
export const knownFields = (schema: core.$ZodType, path: Path): readonly string[] => {
  const object = objectAt(schema, path)
  return object === undefined ? [] : Object.keys(object._zod.def.shape)
}

const objectAt = (schema: core.$ZodType, path: Path): core.$ZodObject | undefined => {
  for (const candidate of unwrap(schema)) {
    if (!isObject(candidate)) {
      const inside = path.length > 0 ? elementOf(candidate) : undefined
      const found = inside === undefined ? undefined : objectAt(inside, path.slice(1))
      if (found !== undefined) return found
      continue
    }
    if (path.length === 0) return candidate
    const field = candidate._zod.def.shape[String(path[0])]
    if (field !== undefined) return objectAt(field, path.slice(1))
  }
  return undefined
}

const isObject = (schema: core.$ZodType): schema is core.$ZodObject => schema._zod.def.type === 'object'

const elementOf = (schema: core.$ZodType): core.$ZodType | undefined => {
  const def = schema._zod.def as { type: string; element?: core.$ZodType; valueType?: core.$ZodType }
  return def.type === 'array' ? def.element : def.type === 'record' ? def.valueType : undefined
}

/** The input side of wrappers (optional, default, transform) and every branch of a union. */
const unwrap = (schema: core.$ZodType): readonly core.$ZodType[] => {
  const def = schema._zod.def as { type: string; innerType?: core.$ZodType; in?: core.$ZodType; options?: readonly core.$ZodType[] }
  if (def.type === 'union') return (def.options ?? []).flatMap(unwrap)
  const inner = def.type === 'pipe' ? def.in : def.innerType
  return inner === undefined ? [schema] : unwrap(inner)
}
