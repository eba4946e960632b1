import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipelineJsonSchema } from '../src/pipeline/pipeline-spec.ts';
import { packageRoot } from '../src/wiring.ts';

const path = join(packageRoot, 'schema', 'pipeline.schema.json');
writeFileSync(path, `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
