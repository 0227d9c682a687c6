import { useId } from 'react';
import { formatCount } from '../../charts/format.ts';

interface ImagesFieldProps {
  /** `Test images` */
  readonly label: string;
  readonly choices: readonly number[];
  readonly value: number;
  readonly onChange: (images: number) => void;
}

/** How many images a study looks at. */
export function ImagesField({ label, choices, value, onChange }: ImagesFieldProps) {
  const id = useId();
  return (
    <span className="study-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {choices.map((images, i) => (
          <option key={images} value={images}>
            {i === choices.length - 1
              ? `all ${formatCount(images)}`
              : `first ${formatCount(images)}`}
          </option>
        ))}
      </select>
    </span>
  );
}
