/** The known name that a misspelt one most likely means, or null where none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const asked = name.toLowerCase().slice(0, 60);
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(asked, candidate.toLowerCase()) }));
  const nearest = ranked.toSorted((a, b) => a.distance - b.distance)[0];
  return nearest !== undefined && nearest.distance <= 1 + nearest.candidate.length / 4 ? nearest.candidate : null;
}

/** Levenshtein's distance: insertions, deletions and replacements that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, character] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = row[column - 1]! + (character === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
