/** A field in place of a name, to change it. */
import { useEffect, useRef } from 'react';
import { t } from '../text/t.ts';

interface NameInputProps {
  readonly name: string;
  /** @param name as entered, without blanks around it; null: it stays. */
  onEnd(name: string | null): void;
}

export function NameInput({ name, onEnd }: NameInputProps) {
  const field = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);
  useEffect(() => field.current?.select(), []);
  const end = (isMeant: boolean) => {
    if (isOver.current) return;
    isOver.current = true;
    const entered = field.current?.value.trim() ?? '';
    onEnd(isMeant && entered !== name ? entered : null);
  };
  return (
    <input
      ref={field}
      type="text"
      maxLength={80}
      defaultValue={name}
      aria-label={t`New name of ${name}`}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        const { key } = event;
        if (key !== 'Enter' && key !== 'Escape') return;
        // It would press the button that gets the focus.
        event.preventDefault();
        end(key === 'Enter');
      }}
    />
  );
}
