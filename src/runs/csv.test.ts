import { expect, it } from 'vitest';
import { RunHistory } from '../training/history.ts';
import { metricsCsv } from './csv.ts';

it('writes every series of every run, test values where there are any', () => {
  const residual = new RunHistory(['conv1.weight', 'fc.weight']);
  residual.append({
    step: Uint32Array.of(0, 1),
    loss: Float32Array.of(2.3, 2.1),
    accuracy: Float32Array.of(0.125, 0.25),
    learningRate: Float32Array.of(0.1, 0.1),
    elapsedMs: Float64Array.of(10.4, 20.6),
    gradNorm: Float32Array.of(1, 2, 3, Number.NaN),
  });
  residual.evaluated({ step: 1, loss: 2.25, accuracy: 0.5 });
  residual.evaluated({ step: 2, loss: 2, accuracy: 0.75 });
  const plain = new RunHistory(['fc.weight']);
  plain.append({
    step: Uint32Array.of(0),
    loss: Float32Array.of(2.5),
    accuracy: Float32Array.of(0),
    learningRate: Float32Array.of(0.1),
    elapsedMs: Float64Array.of(5),
    gradNorm: Float32Array.of(7),
  });
  const csv = metricsCsv([
    { name: 'ResNet-20', history: residual },
    { name: 'Plain, "wide"', history: plain },
  ]);
  expect(csv.split('\r\n')).toEqual([
    'run,step,steps_in_row,elapsed_ms,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy,grad_norm/conv1.weight,grad_norm/fc.weight',
    'ResNet-20,0,1,10,0.1,2.3,0.125,,,1,2',
    'ResNet-20,1,1,21,0.1,2.1,0.25,2.25,0.5,3,',
    'ResNet-20,2,0,,,,,2,0.75,,',
    '"Plain, ""wide""",0,1,5,0.1,2.5,0,,,,7',
    '',
  ]);
});
