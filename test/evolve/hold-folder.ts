import { SearchFolder } from '../../src/evolve/search-folder.ts';

/** Holds the folder that it is given, says `held` or why not, and then, at each line of input, whether it still holds it. */
try {
  const folder = new SearchFolder(process.argv[2] ?? '');
  console.log('held');
  process.stdin.on('data', () => console.log(standing(folder)));
} catch (error) {
  console.log(String(error));
}

function standing(folder: SearchFolder): string {
  try {
    folder.refuseLost();
    return 'held';
  } catch (error) {
    return String(error);
  }
}
