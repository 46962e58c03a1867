// One step for Back where Streamlit makes two: a page that leads to another with words in the address first puts the
// words behind its own path, then, a moment later, changes the path.
(() => {
  const TOGETHER_MS = 2000;
  const push = window.history.pushState.bind(window.history);
  let halfway = -Infinity;

  window.history.pushState = (state, title, address) => {
    const here = window.location;
    const next = new URL(address ?? here.href, here.href);
    const together = performance.now() - halfway < TOGETHER_MS;
    if (together && next.search && next.search === here.search && next.pathname !== here.pathname) {
      halfway = -Infinity;
      window.history.replaceState(state, title, address);
      return;
    }
    halfway = next.pathname === here.pathname ? performance.now() : -Infinity;
    push(state, title, address);
  };
})();
