import { modelStrategy } from './model/model-search.ts';
import { paperStrategy } from './paper/evolution.ts';
import { gridStrategy, halvingStrategy, randomStrategy } from './racing/baselines.ts';
import { raceStrategy } from './racing/race.ts';
import type { Strategy } from './strategy.ts';

const STRATEGIES = {
  model: modelStrategy,
  race: raceStrategy,
  paper: paperStrategy,
  random: randomStrategy,
  halving: halvingStrategy,
  grid: gridStrategy,
} as const;

export type StrategyName = keyof typeof STRATEGIES;

export const STRATEGY_NAMES = Object.keys(STRATEGIES) as StrategyName[];

/** The strategy of that name, with its usual options. */
export function strategyNamed(name: StrategyName): Strategy<unknown> {
  return STRATEGIES[name]() as Strategy<unknown>;
}
