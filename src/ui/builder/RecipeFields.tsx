/** What training can do beyond the paper's: Adam's settings, rates by group, averages, augmentation, tests on several views. */
import { CONFIG_FIELDS } from '../../app/configFields.ts';
import type { FieldsOf } from '../../app/edit.ts';
import type { TestViews, TrainingConfig } from '../../model/config.ts';
import { adamSettings, isAdam } from '../../model/optimizer.ts';
import { NumberField, SelectField, SwitchField } from '../fields.tsx';

interface RecipeFieldsProps {
  readonly training: TrainingConfig;
  edit(patch: FieldsOf<TrainingConfig>): void;
  setTestViews(testViews: TestViews): void;
}

const RATE_FIELDS = ['filterRate', 'normAndBiasRate', 'classifierRate'] as const;

export function RecipeFields({ training, edit, setTestViews }: RecipeFieldsProps) {
  const { optimizer, augment } = training;
  return (
    <div className="fields">
      {isAdam(optimizer) && (
        <>
          <NumberField
            {...CONFIG_FIELDS.beta2}
            value={adamSettings(optimizer).beta2}
            onChange={(beta2) => edit({ optimizer: { ...optimizer, beta2 } })}
          />
          <NumberField
            {...CONFIG_FIELDS.epsilon}
            value={adamSettings(optimizer).epsilon}
            onChange={(epsilon) => edit({ optimizer: { ...optimizer, epsilon } })}
          />
        </>
      )}
      {RATE_FIELDS.map((name) => (
        <NumberField
          {...CONFIG_FIELDS[name]}
          key={name}
          value={training[name] ?? 1}
          onChange={(factor) => edit({ [name]: factor })}
        />
      ))}
      <NumberField
        {...CONFIG_FIELDS.averageDecay}
        value={training.averageDecay ?? 0}
        onChange={(decay) => edit({ averageDecay: decay === 0 ? undefined : decay })}
      />
      <NumberField
        {...CONFIG_FIELDS.cutout}
        value={augment.cutout ?? 0}
        onChange={(cutout) => edit({ augment: { ...augment, cutout } })}
      />
      <NumberField
        {...CONFIG_FIELDS.mixup}
        value={training.mixup ?? 0}
        onChange={(mixup) => edit({ mixup })}
      />
      <div className="wide">
        <SelectField
          {...CONFIG_FIELDS.testViews}
          value={training.testViews ?? 'one'}
          onChange={setTestViews}
        />
      </div>
      <SwitchField
        {...CONFIG_FIELDS.decayNormAndBias}
        checked={training.decayNormAndBias ?? true}
        onChange={(decayNormAndBias) => edit({ decayNormAndBias })}
      />
    </div>
  );
}
