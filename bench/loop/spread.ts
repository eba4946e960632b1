/** About so many of some items, evenly spread; all of them where no number is given. */
export function spread<Item>(items: readonly Item[], most: number | undefined): Item[] {
  const step = Math.max(1, Math.floor(items.length / (most ?? items.length)));
  return items.filter((_, index) => index % step === 0);
}
