/** A figure's title, what it shows behind a button, and its menu. */
import { type ReactNode, useId, useState } from 'react';
import { FullScreen } from '../FullScreen.tsx';
import { FigureMenu } from './FigureMenu.tsx';

interface FigureTitleProps {
  readonly title: string;
  readonly caption: string;
  /** Controls beside the title. */
  readonly children?: ReactNode;
}

export function FigureTitle({ title, caption, children }: FigureTitleProps) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  return (
    <figcaption>
      <div className="row">
        <strong data-export-text>{title}</strong>
        <button
          type="button"
          className="quiet about"
          aria-label={`About ${title}`}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setIsOpen(!isOpen)}
        >
          i
        </button>
        {children}
        <FigureMenu figure={title} />
        <FullScreen figure={title} />
      </div>
      <p id={id} hidden={!isOpen}>
        {caption}
      </p>
    </figcaption>
  );
}
