/** `.safetensors`: a JSON header and the tensors' bytes (github.com/huggingface/safetensors). */
import { metadataOf } from '../exportModel.ts';
import { checkNaming, renamed } from '../names.ts';
import { loadsIntoTorch } from '../snippets/torch.ts';
import { writeSafetensors } from '../writeSafetensors.ts';
import type { WeightsFormat } from './format.ts';

export const write: WeightsFormat['write'] = (model, options) => {
  checkNaming(model.config.model, options.naming);
  const metadata = { format: 'pt', ...metadataOf(model, options) };
  return writeSafetensors(renamed(model.weights, options.naming), metadata);
};

export const snippet: WeightsFormat['snippet'] = (context) =>
  loadsIntoTorch(context, {
    install: 'torch safetensors',
    imports: ['from safetensors.torch import load_file'],
    load: [`state = load_file("${context.fileName}")`],
  });
