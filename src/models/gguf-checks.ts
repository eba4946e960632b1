/** What a GGUF file says of its model. */
export interface GgufHeader {
  readonly architecture: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly numbers: ReadonlyMap<string, number>;
  /** Of arrays. */
  readonly lengths: ReadonlyMap<string, number>;
}

export function refuseOddHeader(_header: GgufHeader, _path: string): void {}
