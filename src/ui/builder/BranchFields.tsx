/** What came after ResNet: branches and shortcuts multiplied, gated and dropped. */
import { CONFIG_FIELDS } from '../../app/configFields.ts';
import type { ConfigPatch } from '../../app/edit.ts';
import { branchScaleStart, gateBias } from '../../model/branchScale.ts';
import type { ModelConfig } from '../../model/config.ts';
import { t } from '../../text/t.ts';
import { useBuilder } from '../context.ts';
import { NumberField, SelectField } from '../fields.tsx';

export function BranchFields({ model }: { model: ModelConfig }) {
  const builder = useBuilder();
  const edit = (patch: ConfigPatch['model'] & object) => builder.edit({ model: patch });
  const unless1 = (value: number) => (value === 1 ? undefined : value);
  const excitation = (
    <NumberField
      {...CONFIG_FIELDS.squeezeExcitation}
      value={model.squeezeExcitation ?? 0}
      onChange={(reduction) => edit({ squeezeExcitation: reduction || undefined })}
    />
  );
  if (!model.shortcuts) {
    return (
      <div className="fields">
        {excitation}
        <p className="hint">{t`Without shortcuts there is nothing to multiply: the branches are the net.`}</p>
      </div>
    );
  }
  return (
    <div className="fields">
      {excitation}
      <SelectField
        {...CONFIG_FIELDS.branchScale}
        value={model.branchScale ?? 'none'}
        onChange={(kind) =>
          edit({ branchScale: kind === 'none' ? undefined : kind, branchScaleStart: undefined })
        }
      />
      {model.branchScale !== undefined && (
        <NumberField
          {...CONFIG_FIELDS.branchScaleStart}
          value={branchScaleStart(model)}
          onChange={(start) => edit({ branchScaleStart: start })}
        />
      )}
      <NumberField
        {...CONFIG_FIELDS.shortcutScale}
        value={model.shortcutScale ?? 1}
        onChange={(scale) => edit({ shortcutScale: unless1(scale) })}
      />
      <SelectField
        {...CONFIG_FIELDS.shortcutGate}
        hint={t`g = σ(Wx + b) by a 1×1 convolution: the shortcut times 1 − g, on both sides also the branch times g.`}
        value={model.shortcutGate ?? 'none'}
        onChange={(kind) =>
          edit({ shortcutGate: kind === 'none' ? undefined : kind, gateBias: undefined })
        }
      />
      {model.shortcutGate !== undefined && (
        <NumberField
          {...CONFIG_FIELDS.gateBias}
          hint={t`The lower it is, the more of the shortcut comes through.`}
          value={gateBias(model)}
          onChange={(bias) => edit({ gateBias: bias === -6 ? undefined : bias })}
        />
      )}
      <NumberField
        {...CONFIG_FIELDS.shortcutDropout}
        hint={t`Share of a shortcut’s values that a step sets to 0; the others are raised to match.`}
        value={model.shortcutDropout ?? 0}
        onChange={(rate) => edit({ shortcutDropout: rate === 0 ? undefined : rate })}
      />
      <NumberField
        {...CONFIG_FIELDS.survival}
        hint={t`Below 1, steps leave out branches by chance, later ones more often. In the drawing, layers that the last step left out are pale.`}
        value={model.survival ?? 1}
        onChange={(survival) => edit({ survival: unless1(survival) })}
      />
    </div>
  );
}
