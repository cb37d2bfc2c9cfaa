// Before anything is drawn: whether there is JavaScript, and whether the system is dark where the person has not chosen.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = root.dataset.bsTheme;
  const show = () => root.setAttribute("data-bs-theme", chosen ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", show);
  document.addEventListener("theme", event => {
    chosen = event.detail.value === "auto" ? undefined : event.detail.value;
    show();
  });
  show();
})();
