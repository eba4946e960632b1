// What a reader without script does by links and forms, by keys; and pages that follow a run.

const main = document.querySelector('main');
const keys = document.getElementById('keys');
const showKeys = document.getElementById('show-keys');

const go = (selector) => document.querySelector(selector)?.click();

const ACTIONS = {
  j: () => go('a[rel=next]'),
  ArrowRight: () => go('a[rel=next]'),
  k: () => go('a[rel=prev]'),
  ArrowLeft: () => go('a[rel=prev]'),
  u: () => go('a[rel=up]'),
  '/': () => document.querySelector('input[type=search]')?.focus(),
  '?': () => keys?.showModal(),
};

/** Whether a key belongs to what has the focus: a field that is written in, a part that scrolls sideways. */
function isTaken({ key, target }) {
  if (target.closest('input, select, textarea')) return true;
  const scrolled = key.startsWith('Arrow') ? target.closest('[tabindex]') : null;
  return scrolled !== null && scrolled.scrollWidth > scrolled.clientWidth;
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || keys?.open || isTaken(event)) return;
  const action = Object.hasOwn(ACTIONS, event.key) ? ACTIONS[event.key] : undefined;
  if (action === undefined) return;
  event.preventDefault();
  action();
});

if (showKeys !== null) {
  showKeys.hidden = false;
  showKeys.addEventListener('click', () => keys?.showModal());
}

/** Takes the parts that change from the page as it is now at an address; what has the focus stays. */
async function refresh(address) {
  const answer = await fetch(address);
  if (!answer.ok) return false;
  const now = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of document.querySelectorAll('[data-live]')) {
    const own = now.getElementById(part.id);
    if (own !== null && !part.contains(document.activeElement)) part.replaceWith(own);
  }
  return true;
}

const { events } = main?.dataset ?? {};
if (events !== undefined) {
  const source = new EventSource(events);
  let refreshing = Promise.resolve();
  const follow = () => {
    refreshing = refreshing.then(() => refresh(location.href)).catch(() => {});
  };
  source.addEventListener('change', follow);
  let isEnded = false;
  source.addEventListener('end', () => {
    isEnded = true;
    follow();
  });
  // The server has hung up, after all that there was to say or before.
  source.addEventListener('error', () => {
    if (isEnded) source.close();
  });
  addEventListener('pagehide', () => source.close());
}

/** A search that has found nothing yet goes on by itself. */
async function searchOn() {
  for (let next = document.querySelector('a[data-search-on]'); next !== null; ) {
    const { href } = next;
    if (!(await refresh(href))) return;
    history.replaceState(null, '', href);
    next = document.querySelector('a[data-search-on]');
    if (next?.href === href) return;
  }
}
await searchOn().catch(() => {});
