/** Commands of train.py that do not come to their end, and the code or message that they end with. */
export const ENDINGS = [
  {
    ...{ folder: 'residual-8-option-b', interrupt: 3, exit: 130 },
    arguments: ['--batches', 'batches.safetensors', '--out', 'stopped'],
  },
  {
    ...{ folder: 'plain-8', arguments: [] },
    exit: /^CIFAR-10 is not in data .*--data, .*--batches$/,
  },
  {
    ...{ folder: 'plain-8', arguments: ['--checkpoint', 'nowhere.pth'] },
    exit: /^there is no checkpoint nowhere\.pth: .*--checkpoint, .*--from-scratch$/,
  },
  {
    ...{ folder: 'plain-8', arguments: ['--checkpoint', 'config.json'] },
    exit: /^config\.json is no checkpoint of this network \(.*--checkpoint/,
  },
  {
    ...{ folder: 'plain-8', arguments: ['--batches', 'nowhere'] },
    exit: /^--batches nowhere: no safetensors file .*FileNotFoundError/,
  },
  {
    ...{ folder: 'plain-8', arguments: ['--batches', 'config.json'] },
    exit: /^--batches config\.json: no safetensors file/,
  },
  {
    ...{ folder: 'plain-8', arguments: ['--batches', 'batches.safetensors', '--sync-batchnorm'] },
    exit: /^SyncBatchNorm works on GPUs alone: leave --sync-batchnorm out$/,
  },
  {
    ...{ folder: 'plain-8', environment: { WORLD_SIZE: '2' } },
    arguments: ['--batches', 'batches.safetensors'],
    exit: /^WORLD_SIZE is 2, but RANK, LOCAL_RANK, MASTER_ADDR, MASTER_PORT not set: .*torchrun --nproc_per_node=2/,
  },
  {
    ...{ folder: 'plain-8', exit: /config\.json.*: name another folder with --out$/ },
    arguments: ['--batches', 'batches.safetensors', '--out', 'config.json'],
  },
];
