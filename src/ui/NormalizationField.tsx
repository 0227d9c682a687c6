/** How images are normalised: one of the usual ways, or numbers of one's own. */
import { useState } from 'react';
import { CONFIG_FIELDS } from '../app/configFields.ts';
import {
  NORMALIZATIONS,
  type Normalization,
  type NormalizationName,
  nameOfNormalization,
  normalizationTitles,
} from '../data/normalization.ts';
import type { DataConfig } from '../model/config.ts';
import { useBuilder } from './context.ts';
import { DecimalsField, SelectField } from './fields.tsx';
import { t } from '../text/t.ts';

const OWN = ['own', t`custom values`] as const;
const OPTIONS = [
  ...Object.entries(normalizationTitles(t)).map(
    ([name, title]) => [name as NormalizationName, title] as const,
  ),
  OWN,
];

const SOURCE_HINTS = {
  file: t`From the weights file.`,
  assumed: t`The weights file does not say. Choose what it was trained with; until then, exports state none.`,
};

export function NormalizationField({ data }: { readonly data: DataConfig }) {
  const builder = useBuilder();
  const [isOwn, setIsOwn] = useState(false);
  const name = nameOfNormalization(data);
  const edit = ({ mean, std }: Partial<Normalization>) =>
    builder.edit({
      data: {
        ...(mean === undefined ? {} : { mean: [...mean] }),
        ...(std === undefined ? {} : { std: [...std] }),
        normalizationSource: undefined,
      },
    });
  const { imageNormalization } = CONFIG_FIELDS;
  const source = data.normalizationSource;
  return (
    <>
      <SelectField
        {...imageNormalization}
        field="data.normalization"
        value={isOwn ? 'own' : (name ?? 'own')}
        options={OPTIONS}
        hint={source === undefined ? imageNormalization.hint : SOURCE_HINTS[source]}
        onChange={(chosen) => {
          setIsOwn(chosen === 'own');
          if (chosen !== 'own') edit(NORMALIZATIONS[chosen]);
        }}
      />
      {(isOwn || name === null) && (
        <>
          <DecimalsField
            label={t`Mean: red, green, blue`}
            field="data.mean"
            value={data.mean}
            onChange={(mean) => edit({ mean })}
          />
          <DecimalsField
            label={t`Standard deviation: red, green, blue`}
            field="data.std"
            value={data.std}
            onChange={(std) => edit({ std })}
          />
        </>
      )}
    </>
  );
}
