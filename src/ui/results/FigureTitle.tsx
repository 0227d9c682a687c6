/** A figure's title, what it shows behind a button, and its menu. */
import { type ReactNode, useId, useState } from 'react';
import { FullScreen } from '../FullScreen.tsx';
import { FigureMenu } from './FigureMenu.tsx';
import { t } from '../../text/t.ts';

interface FigureTitleProps {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Controls beside the title. */
  readonly children?: ReactNode;
}

export function FigureTitle({ id: figureId, title, caption, children }: FigureTitleProps) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  return (
    <figcaption>
      <div className="row">
        <strong data-export-text>{title}</strong>
        <button
          type="button"
          className="quiet about"
          aria-label={t`About ${title}`}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setIsOpen(!isOpen)}
        >
          i
        </button>
        {children}
        <FigureMenu figure={{ id: figureId, title }} />
        <FullScreen figure={title} />
      </div>
      <p id={id} hidden={!isOpen}>
        {caption}
      </p>
    </figcaption>
  );
}
