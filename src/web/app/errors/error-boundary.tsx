import { Component, type ReactNode } from 'react';

/** Shows `fallback` when drawing fails, so that a fault of ours leaves a page that says so, not an empty one. */
export class ErrorBoundary extends Component<{ fallback: ReactNode; children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true };
  }

  override render(): ReactNode {
    return this.state.crashed ? this.props.fallback : this.props.children;
  }
}
