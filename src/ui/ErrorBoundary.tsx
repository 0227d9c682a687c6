/** What is shown in place of a page that failed to draw. */
import { Component, type ReactNode } from 'react';

export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <div className="crash" role="alert">
        <h1>The page could not be drawn</h1>
        <p>
          This is a fault of ours: <code>{this.state.error.message}</code>
        </p>
        <p>
          Training may still be going on. Drawing the page again keeps it if the fault was passing.
        </p>
        <button type="button" className="primary" onClick={() => this.setState({ error: null })}>
          Draw again
        </button>{' '}
        <button type="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    );
  }
}
