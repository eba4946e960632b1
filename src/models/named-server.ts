/** One of the model servers that a configuration lists. */
export interface NamedServer {
  /** What follows the `@` of a model that only this server is to answer. */
  readonly name: string;
  /** Name of the provider whose API it speaks. */
  readonly kind: string;
  readonly url: string;
  /** Variable of the environment that holds its key; null where it wants none. */
  readonly keyVariable: string | null;
  /** The key itself, which goes to this server alone. */
  readonly key: string | undefined;
  /** Requests at once; null asks the server, else 1. */
  readonly slots: number | null;
  /** What it is asked for, in its own names; null for whatever it lists. */
  readonly models: readonly string[] | null;
}

/** A model without the server that its name ends with, and the servers that may answer it. */
export interface PinnedName {
  /** `provider/name`, or a name alone. */
  readonly model: string;
  /** Null where any may. */
  readonly server: NamedServer | null;
}

/** Reads `NAME@SERVER`; an `@` that no name of a server follows is part of the model's name. */
export function parsePinnedName(text: string, servers: readonly NamedServer[]): PinnedName {
  const at = text.lastIndexOf('@');
  const server = at < 1 ? undefined : servers.find(({ name }) => name === text.slice(at + 1));
  return server === undefined ? { model: text, server: null } : { model: text.slice(0, at), server };
}

/** `desk (http://127.0.0.1:11434)`. */
export function serverText({ name, url }: NamedServer): string {
  return `${name} (${url})`;
}
