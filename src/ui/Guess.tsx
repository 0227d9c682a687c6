import type { ReactNode } from 'react';
import { runColour } from '../charts/palette.ts';
import { t } from '../text/t.ts';

interface GuessProps {
  readonly run: { readonly name: string; readonly colourIndex: number };
  /** The likeliest class, its probability, and that in per cent as it is shown. */
  readonly className: string;
  readonly probability: number;
  readonly percent: string;
  readonly isRight: boolean;
  /** In the tooltip. */
  readonly details: string;
  readonly children?: ReactNode;
}

/** A run's answer to a test image, below a bar of its probability. */
export function Guess(props: GuessProps) {
  const { run, className, probability, percent, isRight, details, children } = props;
  return (
    <span className={isRight ? 'guess is-right' : 'guess'} title={t`${run.name}: ${details}`}>
      <span className="guess-bar" aria-hidden="true">
        <span style={{ width: `${100 * probability}%`, background: runColour(run.colourIndex) }} />
      </span>
      <span className="visually-hidden">{t`${run.name}: `}</span>
      {isRight ? '✓' : '✗'} {className} <span className="faint">{percent}</span>
      {children}
    </span>
  );
}
