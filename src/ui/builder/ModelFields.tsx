import { CONFIG_FIELDS, PROJECTION_HINTS } from '../../app/configFields.ts';
import type { ModelConfig } from '../../model/config.ts';
import { wantedGroups } from '../../model/groupNorm.ts';
import { useBuilder } from '../context.ts';
import { NumberField, NumbersField, SelectField } from '../fields.tsx';

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
        onChange={(normalization) => edit({ normalization, normGroups: undefined })}
      />
      {model.normalization === 'group' && (
        <NumberField
          {...CONFIG_FIELDS.normGroups}
          value={wantedGroups(model)}
          onChange={(normGroups) => edit({ normGroups })}
        />
      )}
    </div>
  );
}
