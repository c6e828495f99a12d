/**
 * Writes `src/protocol/generated.ts` from the JSON Schema on standard input; `--check` only compares.
 *
 *     python -m parsess_lab.api.schema | node gen.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { URL } from 'node:url';

import { compile } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';

const target = new URL('src/protocol/generated.ts', import.meta.url);
const banner = '/* Generated from the Python sources by `make gen`: do not edit. */';

/** Titles and defaults would make second copies of types; back-ticks are doubled in Python's docstrings. */
function plainer(key, value) {
  if (typeof value === 'string') {
    const words = value.replace(/:\w+:`([^`]*)`/g, '`$1`').replaceAll('``', '`');
    return key === 'title' ? undefined : words;
  }
  if (value?.type === 'object' && !value.properties) {
    return { ...value, additionalProperties: true };
  }
  return key === 'properties' ? mapValues(value, property) : value;
}

function property(schema) {
  delete schema.default;
  return Object.keys(schema).length === 0 ? { tsType: 'unknown' } : schema;
}

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

/** The compiler notes where each type came from, and makes an empty type of the whole. */
function withoutNotes(source) {
  return source
    .replace(/\n ?\* This interface was referenced by .*\n ?\* via the .*/g, '')
    .replace(/\n ?\* *(?=\n ?\*\/)/g, '')
    .replace(/export interface Protocol \{\s*\}\n/, '\n');
}

const { $defs } = JSON.parse(await text(process.stdin), plainer);
delete $defs.Protocol;
const source = await compile({ $defs, type: 'object' }, 'Protocol', {
  additionalProperties: false,
  bannerComment: banner,
  format: false,
  unreachableDefinitions: true
});
const options = { ...(await resolveConfig(target)), parser: 'typescript' };
const generated = await format(withoutNotes(source), options);

if (!process.argv.includes('--check')) {
  writeFileSync(target, generated);
} else if (readFileSync(target, 'utf8') !== generated) {
  process.stderr.write('src/protocol/generated.ts is older than the Python sources: run `make gen`.\n');
  process.exit(1);
}
