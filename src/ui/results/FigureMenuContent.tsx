/** The formats and themes that a figure is saved in. */
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { type FigureChoice, saveFigure } from './saveFigure.ts';
import { useVisibleRuns } from './useChartFrame.ts';

const CHOICES = (['png', 'svg'] as const).flatMap((format) =>
  (['light', 'dark'] as const).map((theme) => ({ format, theme })),
);

/** Opens at once: it is loaded when it is first asked for. */
export function FigureMenuContent({ figure }: Pick<FigureChoice, 'figure'>) {
  const runs = useVisibleRuns();
  const [error, setError] = useState<string | null>(null);
  const save = (choice: Omit<FigureChoice, 'figure'>) => {
    setError(null);
    saveFigure({ figure, ...choice }, runs).catch((reason: unknown) =>
      setError(reason instanceof Error ? reason.message : String(reason)),
    );
  };
  return (
    <>
      <DropdownMenu.Root modal={false} defaultOpen>
        <DropdownMenu.Trigger asChild>
          <button
            type="button"
            className="quiet figure-menu"
            aria-label={`Save the figure ${figure}`}
          >
            Save ▾
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
            <DropdownMenu.Label>{figure}, as it is now</DropdownMenu.Label>
            {CHOICES.map(({ format, theme }) => (
              <DropdownMenu.Item
                key={`${format} ${theme}`}
                onSelect={() => save({ format, theme })}
              >
                {format.toUpperCase()} <span className="faint">{theme}</span>
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {error !== null && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </>
  );
}
