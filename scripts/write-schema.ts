import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/base/package-root.ts';
import { poolJsonSchema } from '../src/evolve/pool.ts';
import { pipelineJsonSchema } from '../src/pipeline/pipeline-spec.ts';

for (const [name, schema] of Object.entries({ pipeline: pipelineJsonSchema(), pool: poolJsonSchema() })) {
  const path = join(packageRoot, 'schema', `${name}.schema.json`);
  writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
}
