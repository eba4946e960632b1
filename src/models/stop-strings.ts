/** Where the first of some strings stands in a text; -1 where none does. */
export function findStop(text: string, stop: readonly string[] = []): number {
  const places = stop.map((one) => (one === '' ? -1 : text.indexOf(one))).filter((place) => place >= 0);
  return places.length === 0 ? -1 : Math.min(...places);
}
