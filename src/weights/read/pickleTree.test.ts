import { describe, expect, it } from 'vitest';
import {
  type Code,
  dict,
  global,
  int,
  LIST,
  MARK,
  NO_ARGS,
  NONE,
  NUMBERS,
  ORDERED_DICT,
  pthHolding,
  tensor,
  text,
  tuple,
} from '../testing/pickleBytes.ts';
import { readWeights } from './readWeights.ts';

describe('where the weights are', () => {
  const convolution = tensor({ shape: [1, 1, 2, 2], strides: [4, 4, 2, 1] });
  const net = dict([text('a'), convolution], [text('b'), convolution], [text('c'), convolution]);
  const paths = (code: Code) => readWeights(pthHolding(code)).groups.map(({ path }) => path);

  it.each<[string, Code, readonly string[]]>([
    ['under any name, however deep', dict([text('x'), dict([text('y'), net])]), ['x.y']],
    ['twice', dict([text('model'), net], [text('model_ema'), net]), ['model', 'model_ema']],
    [
      'in an attribute of an object',
      dict([
        text('ema'),
        [...global('m', 'Ema'), ...NO_ARGS, 0x81, ...dict([text('shadow'), net]), 0x62],
      ]),
      ['ema.shadow'],
    ],
    ['in a list', dict([text('nets'), [...LIST, ...net, 0x61]]), ['nets.0']],
    [
      'a level for each module',
      dict(
        [text('a'), dict([text('weight'), convolution])],
        [text('b'), dict([text('weight'), convolution])],
        [text('c'), dict([text('weight'), convolution])],
      ),
      [''],
    ],
  ])('%s', (_, code, expected) => expect(paths(code)).toEqual(expected));

  it('a module’s parameters, buffers and modules', () => {
    const module = (name: string, state: Code): Code => [
      ...global('m', name),
      ...NO_ARGS,
      0x81,
      ...state,
      0x62,
    ];
    const leaf = module(
      'Conv2d',
      dict(
        [text('_parameters'), dict([text('weight'), convolution], [text('bias'), NONE])],
        [text('_buffers'), ORDERED_DICT],
        [text('_modules'), ORDERED_DICT],
        [text('stride'), tuple(int(2), int(2))],
      ),
    );
    const norm = module(
      'BatchNorm2d',
      dict(
        [text('_parameters'), ORDERED_DICT],
        [text('_buffers'), dict([text('running_mean'), tensor()])],
        [text('_modules'), ORDERED_DICT],
        [text('eps'), [0x47, 0x3f, 0x50, 0x62, 0x4d, 0xd2, 0xf1, 0xa9, 0xfc]],
      ),
    );
    const net4 = module(
      'Net',
      dict(
        [text('_parameters'), ORDERED_DICT],
        [text('_buffers'), ORDERED_DICT],
        [
          text('_modules'),
          dict(
            [text('conv1'), leaf],
            [text('conv2'), leaf],
            [text('conv3'), leaf],
            [text('bn'), norm],
          ),
        ],
      ),
    );
    const found = readWeights(pthHolding(net4)).groups[0];
    expect([...found.tensors.keys()]).toEqual([
      'conv1.weight',
      'conv2.weight',
      'conv3.weight',
      'bn.running_mean',
    ]);
    expect(found.modules.get('conv1')).toEqual({ className: 'm.Conv2d', eps: null, stride: 2 });
    expect(found.modules.get('bn')?.eps).toBe(1e-3);
  });

  it('ends, where a dict holds itself, and where each of many holds the next one twice', () => {
    const get = (i: number): Code => [0x68, i];
    const self: Code = [
      ...dict([text('w'), tensor()]),
      ...[0x71, 9],
      ...MARK,
      ...text('self'),
      ...get(9),
      0x75,
    ];
    expect(readWeights(pthHolding(self)).groups[0].tensors.get('w')?.data).toEqual(NUMBERS);
    // The first is made and kept, then each of the others, and the last is what is left.
    const kept = (code: Code, i: number): Code => [...code, 0x71, i];
    const chain = Array.from({ length: 60 }, (_, i) => [
      ...kept(dict([text('x'), get(i)], [text('y'), get(i)]), i + 1),
      ...(i === 59 ? [] : [0x30]),
    ]);
    const code = [...kept(net, 0), 0x30, ...chain.flat()];
    expect(() => readWeights(pthHolding(code))).toThrow('the file holds no tensors');
  });
});
