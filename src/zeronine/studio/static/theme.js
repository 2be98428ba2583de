// Light or dark: the reader's own choice if there is one, else the system's. Runs before the page is
// painted, so that it never flashes in the wrong colours.

(() => {
  const root = document.documentElement;
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const stored = () => {
    try {
      return localStorage.getItem('theme');
    } catch {
      return null; // storage may be forbidden; the choice then lasts as long as the page
    }
  };
  const dark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
  const chosen = stored();
  if (chosen) root.dataset.theme = chosen;

  document.addEventListener('DOMContentLoaded', () => {
    const button = /** @type {HTMLElement} */ (document.getElementById('theme'));
    const tell = () => {
      button.setAttribute('aria-pressed', String(dark()));
      window.dispatchEvent(new Event('themechange'));
    };
    button.addEventListener('click', () => {
      root.dataset.theme = dark() ? 'light' : 'dark';
      try {
        localStorage.setItem('theme', root.dataset.theme);
      } catch {
        // see above
      }
      tell();
    });
    system.addEventListener('change', tell);
    tell();
  });
})();
