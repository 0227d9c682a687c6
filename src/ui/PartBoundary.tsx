/** Keeps the failure of one part of the page to that part. */
import { Component, type ContextType, createContext, type ReactNode } from 'react';
import { ChunkError } from '../chunk.ts';
import { reasonOf } from '../data/dataError.ts';
import { t } from '../text/t.ts';

/** The button of the part below, if it stays where the part fails; it then tries again, too. */
export const StandIn = createContext<((retry: () => void) => ReactNode) | null>(null);

interface PartBoundaryProps {
  /** Called before the part is drawn again. */
  readonly onRetry?: () => void;
  /** Takes the part away; null: it stays. */
  readonly onClose?: (() => void) | null;
  readonly children: ReactNode;
}

interface Failure {
  readonly reason: string;
}

export class PartBoundary extends Component<
  PartBoundaryProps,
  { failure: Failure | null; attempt: number }
> {
  static override contextType = StandIn;
  declare context: ContextType<typeof StandIn>;
  override state: { failure: Failure | null; attempt: number } = { failure: null, attempt: 0 };

  static getDerivedStateFromError(error: unknown) {
    const reason = reasonOf(error);
    const isMissing = error instanceof ChunkError;
    return { failure: { reason: isMissing ? reason : t`This part could not be drawn: ${reason}` } };
  }

  override render() {
    const { failure, attempt } = this.state;
    const { children, onRetry, onClose = null } = this.props;
    if (failure === null) {
      return (
        <StandIn key={attempt} value={null}>
          {children}
        </StandIn>
      );
    }
    const retry = () => {
      onRetry?.();
      this.setState({ failure: null, attempt: attempt + 1 });
    };
    return (
      <div className="row part-failure" role="alert">
        {this.context?.(retry)}
        <p>{failure.reason}</p>
        <button type="button" onClick={retry}>{t`Retry`}</button>
        {onClose !== null && <button type="button" onClick={onClose}>{t`Close`}</button>}
      </div>
    );
  }
}
