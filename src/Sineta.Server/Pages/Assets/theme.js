// Before anything is drawn: whether there is JavaScript, and whether the system is dark where the person has not chosen.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  if (root.dataset.bsTheme)
    return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  dark.addEventListener("change", follow);
  follow();
})();
