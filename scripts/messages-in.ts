/** A source names a message by a string, or by a template with the same beginning and end. */
export function messagesIn(code: string, ids: readonly string[]): string[] {
  const literals = new Set([...code.matchAll(/(['"])([a-z-]+\.[\w.-]+)\1/g)].map(([, , id]) => id));
  // A template inside a placeholder hides the end, so only the beginning is compared.
  const templates = [...code.matchAll(/`([a-z-]+\.[\w.-]*)\$\{(?:[^`]*?\}([\w.-]*)`)?/g)];
  const fitsTemplate = (id: string) =>
    templates.some(([, start, end = '']) => id.startsWith(start!) && id.endsWith(end));
  return ids.filter((id) => literals.has(id) || fitsTemplate(id));
}
