import { CONFIG_FIELDS, PROJECTION_HINTS } from '../../app/configFields.ts';
import type { ModelConfig } from '../../model/config.ts';
import { useBuilder } from '../context.ts';
import { NumberField, NumbersField, SelectField, SwitchField } from '../fields.tsx';
import { t } from '../../text/t.ts';

export function ModelFields({ model }: { model: ModelConfig }) {
  const builder = useBuilder();
  const edit = (patch: Partial<ModelConfig>) => builder.edit({ model: patch });
  return (
    <div className="fields">
      <SelectField
        {...CONFIG_FIELDS.block}
        value={model.block}
        onChange={(block) => edit({ block })}
      />
      <SelectField
        {...CONFIG_FIELDS.order}
        value={model.order}
        onChange={(order) => edit({ order })}
      />
      <NumbersField
        {...CONFIG_FIELDS.stageDepths}
        value={model.stageDepths}
        onChange={(stageDepths) => edit({ stageDepths })}
      />
      <NumbersField
        {...CONFIG_FIELDS.stageWidths}
        value={model.stageWidths}
        onChange={(stageWidths) => edit({ stageWidths })}
      />
      <SelectField
        {...CONFIG_FIELDS.projection}
        value={model.projection}
        hint={PROJECTION_HINTS[model.projection]}
        onChange={(projection) => edit({ projection })}
      />
      <SelectField
        {...CONFIG_FIELDS.normalization}
        value={model.normalization}
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
      <summary>{t`Activation, initial weights, stem, image size, dropout`}</summary>
      <div className="fields">
        <SelectField
          {...CONFIG_FIELDS.activation}
          value={model.activation}
          onChange={(activation) => edit({ activation })}
        />
        <SelectField
          {...CONFIG_FIELDS.init}
          value={model.init}
          onChange={(init) => edit({ init })}
        />
        <SelectField
          {...CONFIG_FIELDS.stem}
          value={model.stem}
          onChange={(stem) => edit({ stem })}
        />
        <SelectField
          {...CONFIG_FIELDS.inputSize}
          value={model.inputSize === 16 ? '16' : '32'}
          options={[
            ['32', '32×32'],
            ['16', t`16×16, averaged`],
          ]}
          onChange={(size) => edit({ inputSize: Number(size) })}
        />
        <NumberField
          {...CONFIG_FIELDS.dropout}
          value={model.dropout}
          onChange={(dropout) => edit({ dropout })}
        />
        <SwitchField
          {...CONFIG_FIELDS.zeroInitResidual}
          checked={model.zeroInitResidual}
          onChange={(zeroInitResidual) => edit({ zeroInitResidual })}
        />
        <SwitchField
          {...CONFIG_FIELDS.diracInit}
          checked={model.diracInit ?? false}
          onChange={(diracInit) => edit({ diracInit })}
        />
      </div>
    </details>
  );
}
