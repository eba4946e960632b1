import type { CompletionRequest, Message, Model } from '../../src/models/model.ts';
import { generatorMessages } from '../../src/pipeline/prompts.ts';
import type { TaskPrompt } from '../../src/tasks/task.ts';
import { withoutCode } from '../../starter/train/without-code.ts';

/** How much of a failure a refiner is told: all, not what the run showed, not the code, or neither: a fresh draft. */
export type Wording = 'full' | 'no-error' | 'no-code' | 'neither';

/** A Model whose refiner's messages are told less; drafts are left alone. */
export class RewordingModel implements Model {
  readonly name: string;
  readonly #model: Model;
  readonly #wording: Wording;
  readonly #prompts: ReadonlyMap<string, TaskPrompt>;

  constructor(model: Model, wording: Wording, prompts: ReadonlyMap<string, TaskPrompt>) {
    this.name = model.name;
    this.#model = model;
    this.#wording = wording;
    this.#prompts = prompts;
  }

  prepare(signal?: AbortSignal) {
    return this.#model.prepare(signal);
  }

  complete(request: CompletionRequest, signal?: AbortSignal) {
    if (request.draw.role !== 'refiner') return this.#model.complete(request, signal);
    return this.#model.complete({ ...request, messages: this.#reworded(request) }, signal);
  }

  #reworded({ messages, draw }: CompletionRequest): readonly Message[] {
    const prompt = this.#prompts.get(draw.taskId);
    if (this.#wording !== 'neither') return messages.map((message) => rewordedMessage(message, this.#wording));
    if (prompt === undefined) throw new RangeError(`${draw.taskId} is no task of this measurement`);
    return generatorMessages(prompt, 'default');
  }
}

function rewordedMessage(message: Message, wording: Wording): Message {
  return message.role === 'user' ? { ...message, content: rewordedText(message.content, wording) } : message;
}

/** A refiner's text as the library writes it, with the part cut out that the wording leaves out. */
export function rewordedText(text: string, wording: Wording): string {
  switch (wording) {
    case 'no-error':
      return text.replace(
        /What a run of it showed:\n\n[\s\S]*(?=\n\nWrite the complete corrected program)/,
        'It has not been run. Review it for mistakes.',
      );
    case 'no-code':
      return withoutCode(text);
    default:
      return text;
  }
}
