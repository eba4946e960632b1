import { count } from '../../base/count.ts';
import type { SearchPlan } from '../../evolve/search-plan.ts';
import { TEXT_WIDTH, wrapped } from '../../report/text-width.ts';
import { duration } from '../terminal/progress.ts';

/** The plan for people. */
export function planLines(plan: SearchPlan): string[] {
  const { tasks, search, trials, generations, hours } = plan;
  const heldOut =
    tasks.heldOut === 0
      ? 'none is held out'
      : `${tasks.heldOut} are held out, each run ${plan.heldOutRepeats === null ? 'as often as the budget allows' : count(plan.heldOutRepeats, 'time')}`;
  const size = trials === null ? '' : `, about ${count(trials, 'trial')}`;
  const steps = generations === null ? '' : ` in ${count(generations, 'generation')}`;
  const time =
    search.unit === 'hours'
      ? ''
      : hours === null
        ? '; how long they take is not known before a run of bench'
        : `; about ${duration(3600 * hours)} of model time`;
  const spend = search.unit === 'hours' ? `${search.amount} hours of model time` : `${search.amount} calls`;
  return [
    `tasks: ${tasks.search} to search on, ${tasks.selection} to choose finalists by, ${heldOut}`,
    `search: ${spend}${size}${steps}${time}`,
    ...(plan.against.length === 0 ? [] : [`then, each with the same budget: ${plan.against.join(', ')}`]),
    ...(plan.plain.length === 0 ? [] : [`outside the budget, on the held-out tasks: ${plan.plain.join(', ')}`]),
  ].flatMap((line) => wrapped(line, TEXT_WIDTH));
}
