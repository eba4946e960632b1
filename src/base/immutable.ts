/** A type of plain data whose fields and items cannot be written: what a zod schema infers, as values of it are passed on. */
export type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Immutable<T[Key]> }
    : T;
