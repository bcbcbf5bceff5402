declare module 'virtual:messages/*' {
  import type { Messages } from '@lingui/core';
  const messages: Messages;
  export default messages;
}

declare module 'virtual:client-build' {
  import type { Manifest } from 'vite';
  const build: { id: string; manifest: Manifest };
  export default build;
}
