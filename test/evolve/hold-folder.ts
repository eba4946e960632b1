import { SearchFolder } from '../../src/evolve/search-folder.ts';

const [path = '', begin = '0'] = process.argv.slice(2);
// Without rest, so that several begin at the same moment.
while (Date.now() < Number(begin));

/** Holds a folder from a moment on, says `held` or why not, and then, at each line of input, whether it still holds it. */
try {
  const folder = new SearchFolder(path);
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
