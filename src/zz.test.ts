import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { experimentOf } from './app/experiments/registry.ts';
it('x', () => {
  for (const s of JSON.parse(readFileSync('/tmp/geo/scaled.json', 'utf8')))
    console.log(experimentOf('scaled-shortcuts')?.verdict(s));
});
