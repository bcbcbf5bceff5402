/** Whether the portal answers a request for the current address. It does not load the page. */
export const isReachable = (): Promise<boolean> =>
  fetch(window.location.href, { method: 'HEAD' }).then(
    ({ ok }) => ok,
    () => false,
  );
