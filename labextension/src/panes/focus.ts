/**
 * Focus the first element there is of the selectors, in their order, unless the keyboard is already inside
 * `node` or has moved to another widget in the meantime.
 */
export function focusFirst(node: HTMLElement, selectors: readonly string[]): void {
  const { activeElement } = document;
  const elsewhere =
    activeElement !== null && activeElement !== document.body && !activeElement.contains(node);
  if (elsewhere) {
    return;
  }
  for (const selector of selectors) {
    const target = node.querySelector<HTMLElement>(`${selector}:not(:disabled)`);
    if (target) {
      target.focus();
      return;
    }
  }
}
