// What the pages do in place, beside htmx. Without it they can still be read and used.
document.addEventListener("click", async event => {
  const button = event.target.closest("button");
  if (button?.dataset.toggles) {
    const open = document.getElementById(button.dataset.toggles).classList.toggle("show");
    button.setAttribute("aria-expanded", open);
  }
  if (button?.dataset.copy) {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector("span").textContent = button.dataset.done;
  }
});

document.addEventListener("focusin", event => {
  if (event.target.matches(".copy input"))
    event.target.select();
});
