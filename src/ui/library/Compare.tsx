/** Two runs compared: the fields in which their configs differ. */
import { useState } from 'react';
import { differingFields } from '../../app/configDifferences.ts';
import type { LibraryRow } from '../../app/library/rows.ts';
import { SelectField } from '../fields.tsx';
import './compare.css';
import { locale } from '../../text/language.ts';
import { t } from '../../text/t.ts';

interface CompareProps {
  readonly rows: readonly LibraryRow[];
  /** Compared by default, if there is one. */
  readonly baseline: string | null;
}

export function Compare({ rows, baseline }: CompareProps) {
  const [chosen, setChosen] = useState<{ readonly a?: string; readonly b?: string }>({});
  const byId = (id: string | undefined | null) => rows.find((row) => row.id === id);
  const a = byId(chosen.a) ?? byId(baseline) ?? rows[0];
  const b = byId(chosen.b) ?? rows.find((row) => row.id !== a?.id);
  if (a === undefined || b === undefined) return null;
  const options = rows.map((row) => [row.id, titleOf(row, rows)] as const);
  const fields = differingFields(a.config, b.config);
  return (
    <section className="column compare" aria-labelledby="compare-title">
      <h2 id="compare-title">{t`Two configs`}</h2>
      <div className="compare-fields">
        <SelectField
          label={t`Compare`}
          field="compare.a"
          value={a.id}
          options={options}
          onChange={(id) => setChosen({ ...chosen, a: id })}
        />
        <SelectField
          label={t`with`}
          field="compare.b"
          value={b.id}
          options={options}
          onChange={(id) => setChosen({ ...chosen, b: id })}
        />
      </div>
      {fields.length === 0 ? (
        <p className="hint">{t`Both have the same settings.`}</p>
      ) : (
        <table className="diff">
          <caption className="visually-hidden">{t`Where ${a.name} and ${b.name} differ`}</caption>
          <thead>
            <tr>
              <th scope="col">{t`Setting`}</th>
              <th scope="col">{a.name}</th>
              <th scope="col">{b.name}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(({ field, label, show }) => (
              <tr key={field}>
                <th scope="row">{label}</th>
                <td>{show(a.config)}</td>
                <td>{show(b.config)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const time = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** With date and step if another run has the same name. */
function titleOf({ id, name, stored, step }: LibraryRow, rows: readonly LibraryRow[]): string {
  if (!rows.some((row) => row.id !== id && row.name === name)) return name;
  const when = stored === null ? t`live` : time.format(stored.keptAtMs);
  return t`${name} (${when}, step ${step})`;
}
