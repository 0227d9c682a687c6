/** The formats and themes that a figure is saved in. */
import { DropdownMenu } from 'radix-ui';
import { ErrorText } from '../ErrorText.tsx';
import { useSaving } from '../useSaving.ts';
import { copyFigure, type FigureOnPage, saveFigure } from './saveFigure.ts';
import { useVisibleRuns } from './useChartFrame.ts';
import { menuContainer } from '../menuContainer.ts';
import { t } from '../../text/t.ts';

const CHOICES = (['png', 'svg'] as const).flatMap((format) =>
  (['light', 'dark'] as const).map((theme) => ({ format, theme })),
);

/** Open from the start: it is loaded when it is first opened. */
export function FigureMenuContent({ figure }: { readonly figure: FigureOnPage }) {
  const runs = useVisibleRuns();
  const { error, save } = useSaving();
  return (
    <>
      <DropdownMenu.Root modal={false} defaultOpen>
        <DropdownMenu.Trigger asChild>
          <button
            type="button"
            className="quiet figure-menu"
            aria-label={t`Save the figure ${figure.title}`}
          >{t`Save ▾`}</button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal container={menuContainer()}>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
            <DropdownMenu.Label>{t`${figure.title}, as it is now`}</DropdownMenu.Label>
            {CHOICES.map(({ format, theme }) => (
              <DropdownMenu.Item
                key={`${format} ${theme}`}
                onSelect={() => save(() => saveFigure({ ...figure, format, theme }, runs))}
              >
                {format.toUpperCase()}{' '}
                <span className="faint">{theme === 'light' ? t`light` : t`dark`}</span>
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Item onSelect={() => save(() => copyFigure(figure, runs))}>
              {t`Copy`} <span className="faint">{t`to the clipboard`}</span>
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <ErrorText>{error}</ErrorText>
    </>
  );
}
