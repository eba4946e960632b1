/** The first of these ids, and how many more there are. */
export function listed(ids: readonly string[], most: number): string {
  const shown = ids.slice(0, most).join(', ');
  return ids.length > most ? `${shown} ${moreText(ids.length - most)}` : shown;
}

/** How many more there are than are shown. */
export function moreText(more: number): string {
  return `and ${more} more (the JSON output has all)`;
}
