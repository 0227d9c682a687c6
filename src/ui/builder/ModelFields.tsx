import type { ModelConfig } from '../../model/config.ts';
import { useBuilder } from '../context.ts';
import { NumberField, NumbersField, SelectField, SwitchField } from '../fields.tsx';

const PROJECTION_HINTS = {
  A: 'Zeros for new channels, no weights (§4.2).',
  B: '1×1 convolutions where the shape changes.',
  C: '1×1 convolutions in every block (table 3).',
} as const;

export function ModelFields({ model }: { model: ModelConfig }) {
  const builder = useBuilder();
  const edit = (patch: Partial<ModelConfig>) => builder.edit({ model: patch });
  return (
    <div className="fields">
      <SelectField
        label="Block"
        field="model.block"
        value={model.block}
        options={[
          ['basic', 'basic: 3×3, 3×3'],
          ['bottleneck', 'bottleneck: 1×1, 3×3, 1×1'],
        ]}
        onChange={(block) => edit({ block })}
      />
      <SelectField
        label="Order"
        field="model.order"
        value={model.order}
        options={[
          ['post', 'post-activation'],
          ['pre', 'pre-activation'],
        ]}
        onChange={(order) => edit({ order })}
      />
      <NumbersField
        label="Blocks per stage"
        field="model.stageDepths"
        value={model.stageDepths}
        onChange={(stageDepths) => edit({ stageDepths })}
      />
      <NumbersField
        label="Channels per stage"
        field="model.stageWidths"
        value={model.stageWidths}
        onChange={(stageWidths) => edit({ stageWidths })}
      />
      <SelectField
        label="Shape-changing shortcuts"
        field="model.projection"
        value={model.projection}
        options={[
          ['A', 'option A'],
          ['B', 'option B'],
          ['C', 'option C'],
        ]}
        hint={PROJECTION_HINTS[model.projection]}
        onChange={(projection) => edit({ projection })}
      />
      <SelectField
        label="Normalization"
        field="model.normalization"
        value={model.normalization}
        options={[
          ['batch', 'BatchNorm'],
          ['none', 'none'],
        ]}
        onChange={(normalization) => edit({ normalization })}
      />
    </div>
  );
}

/** What is changed less often. */
export function MoreModelFields({ model }: { model: ModelConfig }) {
  const builder = useBuilder();
  const edit = (patch: Partial<ModelConfig>) => builder.edit({ model: patch });
  return (
    <details>
      <summary>Activation, initial weights, stem, image size, dropout</summary>
      <div className="fields">
        <SelectField
          label="Activation"
          field="model.activation"
          value={model.activation}
          options={[
            ['relu', 'ReLU'],
            ['tanh', 'tanh'],
            ['sigmoid', 'sigmoid'],
          ]}
          onChange={(activation) => edit({ activation })}
        />
        <SelectField
          label="Initial weights"
          field="model.init"
          value={model.init}
          options={[
            ['he', 'He'],
            ['glorot', 'Glorot'],
          ]}
          onChange={(init) => edit({ init })}
        />
        <SelectField
          label="Stem"
          field="model.stem"
          value={model.stem}
          options={[
            ['cifar', '3×3'],
            ['imagenet', '7×7, stride 2, max-pool'],
          ]}
          onChange={(stem) => edit({ stem })}
        />
        <SelectField
          label="Image size"
          field="model.inputSize"
          value={model.inputSize === 16 ? '16' : '32'}
          options={[
            ['32', '32×32'],
            ['16', '16×16, averaged'],
          ]}
          onChange={(size) => edit({ inputSize: Number(size) })}
        />
        <NumberField
          label="Dropout before the classifier"
          field="model.dropout"
          value={model.dropout}
          onChange={(dropout) => edit({ dropout })}
        />
        <SwitchField
          label="Branches start at zero (last BatchNorm 0)"
          field="model.zeroInitResidual"
          checked={model.zeroInitResidual}
          onChange={(zeroInitResidual) => edit({ zeroInitResidual })}
        />
      </div>
    </details>
  );
}
