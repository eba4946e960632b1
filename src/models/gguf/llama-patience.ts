/** Seconds in which something has to come from the child that runs llama.cpp. */
export interface LlamaPatience {
  /** While it starts. */
  readonly start: number;
  /** While a chat template is read, or writes a conversation. */
  readonly template: number;
  /** While the weights are loaded. */
  readonly load: number;
  /** While a conversation is read or an answer written; a step may be 512 tokens of a large model. */
  readonly step: number;
}

export const USUAL_PATIENCE: LlamaPatience = { start: 60, template: 10, load: 600, step: 600 };
