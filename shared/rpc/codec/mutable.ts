/** A deep copy of plain data whose type drops `readonly`: what generated message types ask for. */
export type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T

/** The same value under its mutable type. The serialiser only reads it. */
export const forWire = <T>(value: T): Mutable<T> => value as Mutable<T>
