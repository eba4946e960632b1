import { ModelFault, Refusal } from '../../base/errors.ts';
import { quote } from '../../base/printable.ts';
import type { LoadFailureKind, Stage } from './child/llama-messages.ts';
import type { CallPhase } from './llama-call.ts';
import type { ProcessEnd } from './llama-process.ts';

/** What the child was about, for the sentence that names the file. */
type Doing = 'spawning' | Stage | CallPhase;

const doings: Readonly<Record<Doing, string>> = {
  spawning: 'started for',
  started: 'started for',
  engine: 'read the chat template of',
  template: 'loaded',
  weights: 'tried the chat template of',
  writing: 'wrote a conversation with the chat template of',
  reading: 'read a conversation with',
  answering: 'answered with',
};

/** The child is gone before its work was done. */
export class BrokenOff extends Error {
  /** What the user is told. */
  readonly fault: ModelFault;
  /** True where other requests were under way, one of which may be to blame. */
  readonly hadCompany: boolean;

  constructor(fault: ModelFault, hadCompany: boolean) {
    super(fault.message, { cause: fault });
    this.fault = fault;
    this.hadCompany = hadCompany;
  }
}

/** How a child ended, as the fault of what it was doing with a file. */
export type Ending = (doing: Doing, path: string) => ModelFault;

/** It ended by itself. */
export function crashed({ how, said }: ProcessEnd): Ending {
  const words = said === '' ? '' : `: it said ${quote(said)}`;
  const advice = how === 'SIGKILL' ? 'is there enough memory?' : 'fetch the file again, or use another';
  return (doing, path) =>
    new ModelFault('crashed', `llama.cpp crashed (${how}) while it ${doings[doing]} ${path}${words}; ${advice}`);
}

/** Nothing came from it for too long. */
export const wentSilent: Ending = (doing, path) =>
  new ModelFault('timed-out', `llama.cpp took too long while it ${doings[doing]} ${path}; use another file`);

/** It wrote what was not agreed on. */
export const wentForeign: Ending = (doing, path) => {
  const happened = `llama.cpp sent an unknown message while it ${doings[doing]} ${path}`;
  return new ModelFault('bad-answer', `${happened}; the file may be an attack: do not use it`);
};

/** greenloop itself ended it. */
export const closed: Ending = (_doing, path) => new ModelFault('refused', `${path} was closed; open the model again`);

/** Why llama.cpp does not run a file, in one line that says what to do. */
export function loadRefusal(what: LoadFailureKind, path: string, said: string): Refusal {
  switch (what) {
    case 'engine':
      return new Refusal(`llama.cpp does not start: it says ${quote(said)}; run the model in Ollama instead`);
    case 'architecture':
      return new Refusal(`${path} is a model of the architecture ${quote(said)}, which llama.cpp cannot run`);
    case 'template':
      return new Refusal(`${path} has a chat template that cannot be read: ${quote(said)}`);
    case 'weights':
      return new Refusal(`llama.cpp cannot load ${path}: it says ${quote(said)}; fetch the file again`);
    case 'context':
      return new Refusal(
        `llama.cpp cannot start ${path}: it says ${quote(said)}; use a smaller context or fewer slots`,
      );
  }
}
