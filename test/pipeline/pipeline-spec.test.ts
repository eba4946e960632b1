import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import { packageRoot } from '../../src/base/package-root.ts';
import {
  modelsOf,
  mostCalls,
  mostDrafts,
  type PipelineSpec,
  parseKeptPipeline,
  parsePipeline,
  parseRepairNames,
  pipelineHash,
  pipelineJsonSchema,
  withAttempts,
  withMaxTokens,
  withModel,
  withTemperature,
} from '../../src/pipeline/pipeline-spec.ts';
import { findPreset, ownPipeline, presetNames, unknownPipeline } from '../../src/pipeline/presets.ts';
import { repairStagesOf } from './repair-stages.ts';

const MODEL = { model: 'ollama/a' };
const STAGE = { refiner: MODEL };
const ALL_REPAIRS = ['layout', 'context', 'entry-point', 'imports'];

function parse(changes: object = {}): PipelineSpec {
  return parsePipeline({ name: 'p', generator: MODEL, ...changes }, 'p.yaml');
}

function refuses(changes: object, ...says: RegExp[]): void {
  assert.throws(
    () => parse(changes),
    (error) => {
      assert.ok(error instanceof Refusal);
      for (const pattern of [/^p\.yaml: /, ...says]) assert.match(error.message, pattern);
      return true;
    },
  );
}

describe('parsePipeline', () => {
  it('fills in every default', () => {
    const spec = parse({ stages: [{ analyzer: { model: 'ollama/b' }, refiner: { model: 'ollama/c' } }] });
    assert.deepEqual(spec, {
      name: 'p',
      generator: { model: 'ollama/a', temperature: 0.3, maxTokens: 512, prompt: 'default', prefill: 'none' },
      stages: [
        {
          iterations: 3,
          analyzer: { model: 'ollama/b', temperature: 0.5, maxTokens: 512, prompt: 'default' },
          refiner: { model: 'ollama/c', temperature: 0.2, maxTokens: 512, prompt: 'default', prefill: 'none' },
          from: 'best',
        },
      ],
      feedback: { source: 'examples', detail: 'values' },
      repair: ALL_REPAIRS,
      stop: { when: 'early', tokens: null, seconds: null, sameFailure: 3, agreement: 0.95 },
      conversation: 'fresh',
      select: 'examples',
      onUnchanged: 'redraw',
      next: 'fixed',
      cut: true,
      beyondLimits: false,
    });
    assert.deepEqual(parse().stages, []);
  });

  it('refuses keys that it does not know, by their name and place', () => {
    refuses({ genrator: MODEL }, /"genrator"/);
    refuses({ generator: { ...MODEL, temprature: 1 } }, /generator: .*"temprature"/);
    refuses({ stages: [STAGE, { ...STAGE, iteration: 1 }] }, /stages\.1: .*"iteration"/);
    refuses({ feedback: { sources: 'tests' } }, /feedback: .*"sources"/);
    refuses({ stop: { token: 5 } }, /stop: .*"token"/);
  });

  it('names the field that is missing or has a wrong value', () => {
    refuses({ name: '' }, /name: /);
    refuses({ generator: undefined }, /generator: /);
    refuses({ generator: { temperature: 0.3 } }, /generator\.model: /);
    refuses({ generator: { ...MODEL, temperature: 3 } }, /generator\.temperature: .*2/);
    refuses({ generator: { ...MODEL, maxTokens: 0 } }, /generator\.maxTokens: /);
    refuses({ generator: { ...MODEL, prompt: 'trace' } }, /generator\.prompt: .*careful.* or \{ text/);
    refuses({ generator: { ...MODEL, prompt: { text: '' } } }, /generator\.prompt\.text: /);
    refuses({ stages: [{}] }, /stages\.0\.refiner: /);
    refuses({ feedback: { source: 'exampels' } }, /feedback\.source: .*"examples"/);
    refuses({ stop: 'later' }, /stop: expected early, never or/);
    refuses({ stop: { sameFailure: 1 } }, /stop\.sameFailure: .*2/);
    refuses({ repair: 'some' }, /repair: expected all, none or a list of layout, /);
    refuses({ repair: ['imports', 'magic'] }, /repair: expected all, none or a list of layout, /);
    refuses({ conversation: 'long' }, /conversation: .*"continued"/);
    assert.throws(() => parsePipeline(null, 'p.yaml'), /p\.yaml: .*object/);
  });

  it('allows three stages of three iterations, and more only where that is asked for', () => {
    const many = { stages: [STAGE, STAGE, STAGE, STAGE] };
    const long = { stages: [{ ...STAGE, iterations: 4 }] };
    assert.equal(parse({ stages: [STAGE, STAGE, STAGE] }).stages.length, 3);
    refuses(many, /stages: at most 3 stages of repairs, got 4; set beyondLimits: true/);
    refuses(long, /stages\.0\.iterations: at most 3 iterations, got 4; set beyondLimits: true/);
    refuses({ stages: [{ ...STAGE, iterations: 0 }] }, /stages\.0\.iterations/);
    assert.equal(parse({ ...many, beyondLimits: true }).stages.length, 4);
    assert.equal(repairStagesOf(parse({ ...long, beyondLimits: true }))[0]?.iterations, 4);
  });

  it('gives a stage of drafts all that it has from the generator, a list of temperatures from where it stands', () => {
    const drafting = (temperature: number | number[], stages: object[]) =>
      parse({ generator: { ...MODEL, temperature, prompt: 'careful' }, stages }).stages;
    const usual = { ...MODEL, maxTokens: 512, prompt: 'careful', prefill: 'none' };
    assert.deepEqual(drafting(0.4, [{ drafts: 2 }]), [{ drafts: 2, ...usual, temperature: 0.4 }]);
    assert.deepEqual(drafting([0.1, 0.2, 0.3, 0.4], [{ drafts: 1 }, { drafts: 2, prompt: 'default' }]), [
      { drafts: 1, ...usual, temperature: [0.2, 0.3, 0.4] },
      { drafts: 2, ...usual, prompt: 'default', temperature: [0.3, 0.4] },
    ]);
    assert.deepEqual(drafting([0, 1], [{ drafts: 2, temperature: [0.5] }]), [
      { drafts: 2, ...usual, temperature: [0.5] },
    ]);
    const spec = parse({ stages: [{ drafts: 3 }, STAGE] });
    assert.deepEqual(parsePipeline(JSON.parse(JSON.stringify(spec)), 'p.yaml'), spec);
  });

  it('names what is wrong with a stage of either kind', () => {
    refuses({ stages: [{ drafts: 0 }] }, /stages\.0\.drafts: /);
    refuses({ stages: [{ drafts: 2, draft: 1 }] }, /stages\.0: .*"draft"/);
    refuses({ stages: [{ drafts: 99 }] }, /stages\.0\.drafts: at most 32 drafts, got 99; set beyondLimits/);
    refuses({ stages: [{ drafts: 2, temperature: [] }] }, /stages\.0\.temperature: expected at least 1 items/);
    refuses({ select: 'vote' }, /select: .*"agreement"/);
    refuses({ stop: { agreement: 0.5 } }, /stop\.agreement: .*0\.5/);
  });

  it('takes pipelines of version 0.1 for what they were', () => {
    const { select: _, onUnchanged: __, next: ___, cut: ____, ...old } = parse({ stages: [STAGE] });
    const stages = repairStagesOf(parse({ stages: [STAGE] })).map(({ from: _____, ...stage }) => stage);
    const kept = parseKeptPipeline({ ...old, stages }, 'kept');
    assert.deepEqual([kept.onUnchanged, kept.cut, kept.next], ['continue', false, 'fixed']);
    assert.deepEqual(
      repairStagesOf(kept).map(({ from }) => from),
      ['last'],
    );
    assert.deepEqual(parseKeptPipeline(kept, 'kept'), kept);
  });

  it('writes shorthands out', () => {
    assert.deepEqual(parse({ repair: 'none' }).repair, []);
    assert.deepEqual(parse({ repair: ['imports', 'layout', 'imports'] }).repair, ['layout', 'imports']);
    const usual = { when: 'early', tokens: null, seconds: null, sameFailure: 3, agreement: 0.95 };
    assert.deepEqual(parse({ stop: 'never' }).stop, { ...usual, when: 'never' });
    assert.deepEqual(parse({ stop: { tokens: 9 } }).stop, { ...usual, tokens: 9 });
  });

  it('reads a pipeline that it has written out', () => {
    const spec = parse({ stages: [STAGE], repair: 'none', stop: { when: 'never', seconds: 1.5 } });
    assert.deepEqual(parsePipeline(JSON.parse(JSON.stringify(spec)), 'p.yaml'), spec);
  });
});

describe('pipelineHash', () => {
  const hash = (changes: object) => pipelineHash(parse(changes));

  it('does not depend on the name, on the order of keys or on how things are written', () => {
    const same = [
      { name: 'q' },
      { repair: 'all' },
      { repair: ALL_REPAIRS.toReversed() },
      { stop: 'early' },
      { stop: { sameFailure: 3, when: 'early' } },
      { generator: { temperature: 0.3, model: 'ollama/a' } },
      { beyondLimits: true },
    ];
    for (const changes of same) assert.equal(hash(changes), hash({}), JSON.stringify(changes));
  });

  it('depends on everything that can alter what a pipeline does', () => {
    const others = [
      { generator: { model: 'ollama/b' } },
      { generator: { ...MODEL, temperature: 0.31 } },
      { generator: { ...MODEL, maxTokens: 513 } },
      { generator: { ...MODEL, prompt: 'careful' } },
      { stages: [STAGE] },
      { stages: [STAGE, STAGE] },
      { stages: [{ ...STAGE, analyzer: MODEL }] },
      { stages: [{ ...STAGE, iterations: 2 }] },
      { feedback: { source: 'tests' } },
      { feedback: { detail: 'traceback' } },
      { repair: 'none' },
      { stop: 'never' },
      { stop: { tokens: 100 } },
      { conversation: 'continued' },
    ];
    assert.equal(new Set([{}, ...others].map(hash)).size, others.length + 1);
  });
});

describe('modelsOf', () => {
  it('names every model once, in the order in which they are asked', () => {
    const stages = [{ analyzer: { model: 'ollama/c' }, refiner: { model: 'ollama/b' } }, STAGE];
    assert.deepEqual(modelsOf(parse({ stages })), ['ollama/a', 'ollama/c', 'ollama/b']);
  });
});

describe('parseRepairNames', () => {
  it('reads all, none and lists, and says what it expects', () => {
    assert.deepEqual(parseRepairNames('all', '--repair'), ALL_REPAIRS);
    assert.deepEqual(parseRepairNames('none', '--repair'), []);
    assert.deepEqual(parseRepairNames('imports, context', '--repair'), ['context', 'imports']);
    assert.throws(() => parseRepairNames('import', '--repair'), /--repair: expected all, none or a list .*"import"/);
  });
});

/** Generator, analyzer and refiner as section 3 and table 2 of the paper give them; iterations of its one stage. */
const PAPER = {
  'llama-solo': [['ollama/llama3.2:3b', 0.3]],
  'self-refine': [['ollama/llama3.2:3b', 0.3], null, ['ollama/llama3.2:3b', 0.2], 3],
  'cross-model': [['ollama/qwen2.5:1.5b', 0.3], null, ['ollama/llama3.2:3b', 0.2], 3],
  champion: [['ollama/qwen2.5:1.5b', 0.35], ['ollama/llama3.2:3b', 0.48], ['ollama/llama3.2:3b', 0.15], 3],
  'coder-solo': [['ollama/qwen2.5-coder:3b', 0.3]],
  'coder-self-refine': [['ollama/qwen2.5-coder:3b', 0.3], null, ['ollama/qwen2.5-coder:3b', 0.2], 3],
  'v2-champion': [['ollama/llama3.2:3b', 0.25], null, ['ollama/llama3.2:3b', 0.31], 2],
  'temp0-champion': [['ollama/qwen2.5:1.5b', 0.37], null, ['ollama/llama3.2:3b', 0.21], 1],
} as const;

function topologyOf(spec: PipelineSpec): unknown[] {
  const { generator } = spec;
  const roles = repairStagesOf(spec).flatMap(({ analyzer, refiner, iterations }) => [
    analyzer === undefined ? null : [analyzer.model, analyzer.temperature],
    [refiner.model, refiner.temperature],
    iterations,
  ]);
  return [[generator.model, generator.temperature], ...roles];
}

describe('presets', () => {
  it('of one model draw further drafts, and are the same with any model', () => {
    const agree = findPreset('agree') as PipelineSpec;
    assert.equal(agree.select, 'agreement');
    assert.deepEqual(agree.stages, [{ drafts: 7, ...agree.generator, temperature: 0.8 }]);
    const own = withModel(findPreset('redraw-then-repair') as PipelineSpec, 'ollama/own');
    assert.deepEqual(modelsOf(own), ['ollama/own']);
    assert.deepEqual(own, parsePipeline({ name: own.name, ...ownPipeline('redraw-then-repair', 'ollama/own') }, 'own'));
    assert.deepEqual([mostCalls(own), mostDrafts(own, 'ollama/own'), mostDrafts(own, 'ollama/b')], [6, 4, 0]);
    assert.equal(mostDrafts({ ...own, next: 'adaptive' }, 'ollama/own'), 6);
  });

  it("are the paper's eight configurations, under its policies and under the defaults", () => {
    assert.equal(presetNames().length, 20);
    for (const [name, topology] of Object.entries(PAPER)) {
      const own = findPreset(name) as PipelineSpec;
      const paper = findPreset(`paper/${name}`) as PipelineSpec;
      assert.deepEqual([own.name, paper.name], [name, `paper/${name}`]);
      assert.deepEqual(topologyOf(own), topology, name);
      assert.deepEqual(topologyOf(paper), topology, name);
      const { feedback, repair, stop, conversation } = parse();
      assert.deepEqual([own.feedback, own.repair, own.stop, own.conversation], [feedback, repair, stop, conversation]);
      assert.deepEqual(paper.feedback, { source: 'tests', detail: 'traceback' });
      assert.deepEqual(paper.repair, []);
      assert.deepEqual(paper.stop, { when: 'early', tokens: null, seconds: null, sameFailure: null, agreement: 0.95 });
      assert.equal(paper.conversation, 'fresh');
      for (const role of [
        paper.generator,
        ...repairStagesOf(paper).flatMap((s) => [s.analyzer ?? s.refiner, s.refiner]),
      ]) {
        assert.equal(role.maxTokens, 512);
      }
    }
  });

  it('are nothing under any other name', () => {
    for (const name of ['champions', 'paper/', 'paper/paper/champion', 'toString', '__proto__', '']) {
      assert.equal(findPreset(name), null, name);
    }
    assert.match(unknownPipeline('champions').message, /"champions"; presets: .*paper\/champion/);
  });
});

describe('the JSON Schema', () => {
  it('in the package is the one of the sources (else run scripts/write-schema.ts)', () => {
    const written = JSON.parse(readFileSync(join(packageRoot, 'schema/pipeline.schema.json'), 'utf8'));
    assert.deepEqual(written, JSON.parse(JSON.stringify(pipelineJsonSchema())));
  });

  it('asks for the models and the name alone, and knows every field', () => {
    const schema = pipelineJsonSchema() as { required: string[]; additionalProperties: boolean; properties: object };
    assert.deepEqual(schema.required, ['name', 'generator']);
    assert.equal(schema.additionalProperties, false);
    const given = parse({ onTruncated: 'ask-again' });
    assert.deepEqual(Object.keys(schema.properties).sort(), ['$schema', ...Object.keys(given)].sort());
  });
});

describe('limits set over a pipeline', () => {
  const spec = parse({ stages: [{ drafts: 3 }, { iterations: 2, analyzer: MODEL, refiner: MODEL }] });
  const moves = ({ stages }: PipelineSpec) => stages.map((one) => ('drafts' in one ? one.drafts : one.iterations));

  it('attempts end the stages earlier, or let the last one go on', () => {
    const stages = [1, 2, 4, 5, 6, 9].map((attempts) => moves(withAttempts(spec, attempts)));
    assert.deepEqual(stages, [[], [1], [3], [3, 1], [3, 2], [3, 5]]);
    assert.deepEqual(moves(withAttempts(parse(), 4)), []);
  });

  it('the cap on tokens is that of every role, the temperature that of every draft', () => {
    const { generator, stages } = withTemperature(withMaxTokens(spec, 64), 1.5);
    assert.deepEqual([generator.maxTokens, generator.temperature], [64, 1.5]);
    assert.deepEqual(
      stages.map((one) => ('drafts' in one ? [one.maxTokens, one.temperature] : [one.refiner.temperature])),
      [[64, 1.5], [0.2]],
    );
    assert.ok(!JSON.stringify(stages).includes('512'));
  });
});
