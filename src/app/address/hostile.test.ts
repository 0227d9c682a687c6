import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { parseRunConfig } from '../../model/parse.ts';
import { type Decoded, decodeSetup } from './decode.ts';
import { encodeSetup } from './encode.ts';
import { STANDARD_PAGE } from './setup.ts';

const fieldsOf = ({ refused }: Decoded) => refused.map(({ field }) => field);

test.each<[string, string, string, RegExp]>([
  ['an unknown field', 'model.colour=red', 'model.colour', /no such field/],
  ['a group of fields', 'model=9', 'model', /group of fields/],
  ['a misspelt value', 'model.block=basics', 'model.block', /"basic" or "bottleneck"/],
  ['a number that is none', 'training.steps=many', 'training.steps', /whole number from 1/],
  ['a number too large', 'training.batchSize=1e99', 'training.batchSize', /from 2 to 1,024/],
  ['infinity', 'model.dropout=Infinity', 'model.dropout', /from 0 to 0.95/],
  ['a hexadecimal number', 'training.seed=0x10', 'training.seed', /whole number/],
  ['a long list', `model.stageWidths=${'9,'.repeat(500)}9`, 'model.stageWidths', /1 to 4/],
  ['a prototype', '__proto__.polluted=1', '__proto__.polluted', /no such field/],
  ['a constructor', 'model.constructor=1', 'model.constructor', /no such field/],
  ['a run’s prototype', 'run2.__proto__=1', 'run2.__proto__', /no such field/],
  ['a fifth run', 'run5.model.shortcuts=off', 'run5.model.shortcuts', /4 runs at most/],
  ['a hundred runs', 'runs=100', 'runs', /from 1 to 4/],
  ['garbage after %', 'name=%E0%A4%A', 'name', /two hexadecimal digits/],
  ['an engine that there is not', 'engine=cuda', 'engine', /Must be automatic or webgpu/],
  ['images that do not fit', 'model.inputSize=24', 'model.inputSize', /does not divide 32/],
  ['a cut of no block', 'model.cutShortcuts=layer4.7', 'model.cutShortcuts', /layer4\.7/],
  ['a control character', 'name=a%00b', 'name', /name of 1 to 60/],
  ['a view with a script', 'view=%3Cscript%3E', 'view', /short name/],
  ['a lock that there is not', 'lock=half', 'lock', /on, off, explore or cut/],
  ['a long task', `task=${'x'.repeat(601)}`, 'task', /at most 600 characters/],
  ['a task that turns the text around', 'task=a%E2%80%AEb', 'task', /plain text/],
  ['a question that there is not', 'ask=win.400', 'ask', /lead, cut or gradient/],
  ['a question too early', 'ask=lead.10', 'ask', /a step from 100/],
  ['a fourth question', 'ask=lead.200,lead.300,lead.400,cut.500', 'ask', /At most 3/],
  ['something twice', 'training.seed=5&training.seed=4', 'training.seed', /Given twice/],
  ['no value', 'lock', 'lock', /a name, = and a value/],
])('%s is refused by name, and the rest is kept', (_, entry, field, message) => {
  const decoded = decodeSetup(`#v=1&model.stageDepths=2,2,2&${entry}&training.momentum=`);
  expect(fieldsOf(decoded)).toContain(field);
  expect(decoded.refused.find((refusal) => refusal.field === field)?.message).toMatch(message);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);

  expect(decoded.setup.runs?.[0].config.model.stageDepths).toEqual([2, 2, 2]);
});

test('fields that do not fit each other are left out together with nothing else', () => {
  const { setup, refused } = decodeSetup('#model.stageWidths=8,16&training.seed=3&view=runs');
  expect(refused).toEqual([
    {
      field: 'model.stageWidths',
      message: expect.stringContaining('one number per stage'),
    },
  ]);
  expect(setup.runs?.[0].config.training.seed).toBe(3);
  expect(setup.page.view).toBe('runs');
});

test('what is wrong with one run stays with it', () => {
  const { setup, refused } = decodeSetup(
    '#model.stageWidths=8,16&model.stageDepths=1,1&run2.model.stageDepths=3&run3.training.seed=9',
  );
  expect(refused.map(({ field }) => field)).toEqual(['run2.model.stageDepths']);
  expect(setup.runs).toHaveLength(3);
  expect(setup.runs?.map(({ config }) => config.model.stageDepths)).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
  expect(setup.runs?.[2]?.config.training.seed).toBe(9);
});

test('an address of another version, or of a megabyte, is not read at all', () => {
  const nothing = { page: STANDARD_PAGE, runs: null };
  const other = decodeSetup('#v=2&lock=on');
  expect(other.setup).toEqual(nothing);
  expect(other.refused).toEqual([
    { field: 'address', message: expect.stringMatching(/version 2.*reads version 1/) },
  ]);
  const huge = decodeSetup(`#${'x=1&'.repeat(262_144)}`);
  expect(huge).toEqual({
    setup: nothing,
    refused: [
      { field: 'address', message: 'It has 1,048,576 characters; at most 20,000 are read.' },
    ],
    isForeign: true,
  });
});

test('many wrong entries are named only in part', () => {
  const { refused } = decodeSetup(`#${Array.from({ length: 500 }, (_, i) => `x${i}=1`).join('&')}`);
  expect(refused).toHaveLength(25);
  expect(refused.at(-1)?.field).toMatch(/^\d+ more$/);
});

const KEYS = [
  ...['v', 'runs', 'hide', 'lock', 'view', 'engine', 'kernels', 'name', 'run2.name', '__proto__'],
  ...['model.stageDepths', 'model.stageWidths', 'run2.model.shortcuts', 'run3.model.stem', 'model'],
  ...['training.learningRate', 'training.learningRate.type', 'run2.training.learningRate.base'],
  ...['model.cutShortcuts', 'model.inputSize', 'training.optimizer.momentum', 'data.train'],
];
const VALUES = [
  ...['', '1', '0', '-1', '1e308', 'NaN', 'on', 'off', '9,9,9', ',', '%', '%00', '%F0%9F%98%80'],
  ...[
    'step',
    'cosine',
    'linear',
    'oneCycle',
    'layer2.0',
    '{"a":1}',
    'null',
    '<img onerror=1>',
    '[[',
    '4,8',
    '1,1',
  ],
];

test('no address throws or makes an invalid setup', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 40 });
  const anyPair = fc
    .tuple(
      fc.oneof(fc.constantFrom(...KEYS), anyText),
      fc.oneof(fc.constantFrom(...VALUES), anyText),
    )
    .map(([key, value]) => `${key}=${value}`);
  const anyHash = fc.oneof(
    anyText,
    fc.array(anyPair, { maxLength: 20 }).map((pairs) => `#${pairs.join('&')}`),
  );
  fc.assert(
    fc.property(anyHash, (hash) => {
      const { setup, refused } = decodeSetup(hash);
      for (const { config } of setup.runs ?? []) {
        expect(parseRunConfig(config)).toEqual(config);
        buildGraph(config.model);
      }
      for (const { field, message } of refused) {
        expect(field).not.toMatch(/\p{Cc}/u);
        expect(field.length + message.length).toBeLessThan(400);
      }
      // What was read can be written and is then read whole.
      expect(decodeSetup(encodeSetup(setup))).toEqual({ setup, refused: [], isForeign: false });
    }),
    { numRuns: 400 },
  );
});
