/** Replaces the page if drawing it fails. */
import { Component, type ReactNode } from 'react';
import { t } from '../text/t.ts';

export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <div className="crash" role="alert">
        <h1>{t`The page could not be displayed`}</h1>
        <p>
          {t`This is a bug in the page:`} <code>{this.state.error.message}</code>
        </p>
        <p>{t`Training may still be running. Drawing the page again keeps it running, unless the error recurs.`}</p>
        <button
          type="button"
          className="primary"
          onClick={() => this.setState({ error: null })}
        >{t`Draw again`}</button>{' '}
        <button type="button" onClick={() => location.reload()}>{t`Reload the page`}</button>
      </div>
    );
  }
}
