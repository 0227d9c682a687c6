/** What programs do differently without saying so. Shown as far as it matters to the network. */
import { CONFIG_FIELDS, epsilonLabel } from '../../app/configFields.ts';
import type { ConfigPatch } from '../../app/edit.ts';
import type { ModelConfig } from '../../model/config.ts';
import { useBuilder } from '../context.ts';
import { NumberField, SelectField } from '../fields.tsx';
import { t } from '../../text/t.ts';

const POOLS = [
  ['stem', t`as the stem`],
  ['yes', t`yes`],
  ['no', t`no`],
] as const;

export function AdvancedFields({ model }: { model: ModelConfig }) {
  const builder = useBuilder();
  const edit = (patch: ConfigPatch['model'] & object) => builder.edit({ model: patch });
  const { stemPool, shortcuts, projection } = model;
  return (
    <div className="fields">
      <SelectField
        {...CONFIG_FIELDS.stemPool}
        value={stemPool === undefined ? 'stem' : stemPool ? 'yes' : 'no'}
        options={POOLS}
        onChange={(pool) => edit({ stemPool: pool === 'stem' ? undefined : pool === 'yes' })}
      />
      {model.normalization !== 'none' && (
        <NumberField
          {...CONFIG_FIELDS.batchNormEps}
          label={epsilonLabel(model)}
          value={model.batchNormEps}
          onChange={(batchNormEps) => edit({ batchNormEps })}
        />
      )}
      {model.block === 'bottleneck' && (
        <SelectField
          {...CONFIG_FIELDS.bottleneckStride}
          value={model.bottleneckStride}
          onChange={(bottleneckStride) => edit({ bottleneckStride })}
        />
      )}
      {shortcuts && projection === 'A' && (
        <SelectField
          {...CONFIG_FIELDS.paddingA}
          value={model.paddingA}
          onChange={(paddingA) => edit({ paddingA })}
        />
      )}
      {shortcuts && projection !== 'A' && model.order === 'pre' && (
        <SelectField
          {...CONFIG_FIELDS.preProjection}
          value={model.preProjection}
          onChange={(preProjection) => edit({ preProjection })}
        />
      )}
    </div>
  );
}
