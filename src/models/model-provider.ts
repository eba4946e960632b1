import type { z } from 'zod';
import type { Model, ModelServer, ServerNotices } from './model.ts';
import type { NamedServer } from './named-server.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that every provider may read. */
export interface ModelSettings {
  /** Where models are asked; providers that have none here are asked at their own settings. */
  readonly servers: readonly NamedServer[];
  /** Requests at once per model server; null asks the server, else 1 (a small gguf/ model: one a core, 4 at most). */
  readonly slots: number | null;
  /** Ollama's num_ctx, and the context of a gguf/ model. */
  readonly contextTokens: number;
  readonly modelTimeoutSeconds: number;
  /** How long a server, or a gguf/ model, may take to load. */
  readonly loadTimeoutSeconds: number;
  readonly searchPath: string;
  readonly cacheFolder: string;
}

/** How a provider's own settings are read. */
interface SettingsReader<Own extends object> {
  /** The part of a configuration file under the provider's name; `isOwn` where only the user can have written the file. */
  section(isOwn: boolean): z.ZodType<Partial<Own & ModelSettings>>;
  /** What they are where neither a file nor a variable of the server's address says otherwise. */
  defaults(environment: Environment): Own;
  /** What the environment says over the file. */
  fromEnvironment(environment: Environment): Partial<Own>;
  /** Settings under which models are asked at a server that was found and not named. */
  at?(url: string, own: Own): Own;
}

/** What opened models report to, and end with. */
export interface ModelAccess {
  readonly notices: ServerNotices;
  readonly signal?: AbortSignal | undefined;
}

/** Opens a model by the name that follows the provider's; refuses what cannot be one. */
export type OpenModel = (name: string) => Promise<Model>;

/** A kind of place that models come from: one folder exports one, and `wiring/providers.ts` lists it. */
export interface ModelProvider<Own extends object = object> {
  /** The part of a model's name before the first `/`. */
  readonly name: string;
  /** A model's whole name, for help and errors. */
  readonly example: string;
  /** What `doctor` calls a place that has such models; the name and "server" where it is missing. */
  readonly place?: string;
  /** True for models that ship with greenloop: they are listed, and never chosen unless they are named. */
  readonly isBundled?: boolean;
  /** The program that runs such models within greenloop, for `doctor`. */
  readonly engine?: ModelEngine;
  readonly settings?: SettingsReader<Own>;
  /** Present where several servers may serve its models. */
  readonly served?: ServedProvider;
  /** The models opened by what it returns share what one server has: its queue, and the wait while it loads. */
  open(settings: Own & ModelSettings, access: ModelAccess): OpenModel;
  /** Places to ask for their models: those that the settings name, else the usual ones. */
  list(settings: Own & ModelSettings): readonly ModelServer[];
}

/** How a provider's models are asked at servers that a configuration lists. */
export interface ServedProvider {
  /** Variable of the environment that names one server where no configuration lists some. */
  readonly variable: string;
  /** The address that a text means; throws a Refusal. */
  url(text: string): string;
  /** What is known and asked of one of these servers. */
  at(server: NamedServer, settings: ModelSettings, access: ModelAccess): ServerAccess;
}

/** One server of several, and how it is asked. */
export interface ServerAccess {
  /** Lists its models. */
  readonly listing: ModelServer;
  /** Whether the configuration lets it be asked for this model. */
  mayServe(name: string): boolean;
  /**
   * A model that sends each request once: whoever spreads requests asks again, perhaps elsewhere. `place` stands for the servers in its identity where
   * they tell no digest.
   */
  open(name: string, place: string): Model;
  /** What decides its answers and has to be the same at every server of a model. */
  traits(name: string, signal?: AbortSignal): Promise<ModelTraits>;
  /** How many requests it answers at once; null where it does not say. */
  slots(signal?: AbortSignal): Promise<number | null>;
  /** Names of the models that it has in memory; none where it does not say. */
  loaded(signal?: AbortSignal): Promise<readonly string[]>;
}

/** What a server tells of a model that decides its answers; null for what it does not tell. */
export interface ModelTraits {
  /** Of the weights. */
  readonly digest: string | null;
  readonly contextTokens: number | null;
}

/** A program that greenloop runs models with. */
export interface ModelEngine {
  readonly name: string;
  /** What it runs on; throws a Refusal that says what to install. */
  describe(): Promise<string>;
}

/** How long a server may take to list its models while greenloop looks for some. */
export const LISTING_SECONDS = 2;
