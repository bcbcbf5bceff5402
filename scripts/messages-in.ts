/** The message ids that a source text names: as a string, or by a template that begins and ends as they do. */
export function messagesIn(code: string, ids: readonly string[]): string[] {
  const literals = new Set([...code.matchAll(/(['"])([a-z-]+\.[\w.-]+)\1/g)].map(([, , id]) => id));
  // A template within a placeholder hides the end: then the beginning alone decides.
  const templates = [...code.matchAll(/`([a-z-]+\.[\w.-]*)\$\{(?:[^`]*?\}([\w.-]*)`)?/g)];
  const fitsTemplate = (id: string) =>
    templates.some(([, start, end = '']) => id.startsWith(start!) && id.endsWith(end));
  return ids.filter((id) => literals.has(id) || fitsTemplate(id));
}
