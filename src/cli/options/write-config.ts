import { existsSync } from 'node:fs';
import { type Document, isMap, parseDocument } from 'yaml';
import { Refusal } from '../../base/errors.ts';
import { readText } from '../../base/read-file.ts';
import { writeText } from '../../base/write-file.ts';
import { PROJECT_CONFIG } from '../../wiring/settings.ts';

const HEAD = '# Settings of greenloop for this folder and those in it; docs/configuration.md lists them all.\n';

/** Sets fields of this folder's greenloop.yaml and keeps all else of it, comments too; null removes a field. */
export function setInConfig(fields: Readonly<Record<string, string | null>>): string {
  const document = existsSync(PROJECT_CONFIG) ? parsed(readText(PROJECT_CONFIG)) : parseDocument(HEAD);
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) document.delete(name);
    else document.set(name, value);
  }
  writeText(PROJECT_CONFIG, document.toString());
  return PROJECT_CONFIG;
}

function parsed(text: string): Document {
  const document = parseDocument(text, { logLevel: 'error' });
  const [error] = document.errors;
  if (error === undefined && (document.contents === null || isMap(document.contents))) return document;
  throw new Refusal(`${PROJECT_CONFIG} cannot be changed as it is no YAML of fields; mend or move it`);
}
