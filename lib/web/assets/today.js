// 今日工作 by keyboard: N begins the note (or the reason of what is put off); whoever is worked on stays in view.
(() => {
  const FIELDS = "input, textarea, select, [contenteditable]";
  const WRITTEN = '[class*="st-key-today-"][class*="-note"] textarea, [class*="st-key-today-otherwise-"][class*="-why"] input';

  document.addEventListener("keydown", (event) => {
    const held = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    const typing = event.target instanceof Element && event.target.closest(FIELDS);
    if (held || typing || event.key.toLowerCase() !== "n") return;
    const field = document.querySelector(WRITTEN);
    if (!field) return;
    event.preventDefault();
    field.focus();
  });

  let last = "";
  const follow = () => {
    const chosen = document.querySelector('[class*="st-key-today-chosen-"]');
    const key = chosen ? chosen.className.match(/st-key-today-chosen-\S+/)[0] : "";
    if (key === last) return;
    last = key;
    const list = chosen?.closest(".st-key-today-list");
    if (!list) return;
    // Only the list moves: on a phone the page itself stays where the form is.
    const row = chosen.getBoundingClientRect();
    const box = list.getBoundingClientRect();
    if (row.top < box.top) list.scrollTop += row.top - box.top;
    if (row.bottom > box.bottom) list.scrollTop += row.bottom - box.bottom;
  };
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] };
  new MutationObserver(follow).observe(document.documentElement, watched);
})();
