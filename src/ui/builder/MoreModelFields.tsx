import { CONFIG_FIELDS } from '../../app/configFields.ts';
import type { ModelConfig } from '../../model/config.ts';
import { useBuilder } from '../context.ts';
import { NumberField, SelectField, SwitchField } from '../fields.tsx';
import { t } from '../../text/t.ts';

/** What is changed less often. */
export function MoreModelFields({ model }: { model: ModelConfig }) {
  const builder = useBuilder();
  const edit = (patch: Partial<ModelConfig>) => builder.edit({ model: patch });
  return (
    <div className="fields">
      <SelectField
        {...CONFIG_FIELDS.activation}
        value={model.activation}
        onChange={(activation) => edit({ activation })}
      />
      <SelectField {...CONFIG_FIELDS.init} value={model.init} onChange={(init) => edit({ init })} />
      <SelectField {...CONFIG_FIELDS.stem} value={model.stem} onChange={(stem) => edit({ stem })} />
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
      <SwitchField
        {...CONFIG_FIELDS.whitening}
        checked={model.whitening ?? false}
        onChange={(whitening) => edit({ whitening })}
      />
    </div>
  );
}
