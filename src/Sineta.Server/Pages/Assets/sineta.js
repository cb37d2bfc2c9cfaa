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

// A second look is over once somebody looks elsewhere.
document.addEventListener("click", event => {
  for (const confirm of document.querySelectorAll(".confirm[open]"))
    confirm.open = confirm.contains(event.target);
});

document.addEventListener("keydown", event => {
  if (event.key !== "Escape")
    return;
  for (const confirm of document.querySelectorAll(".confirm[open]")) {
    confirm.open = false;
    confirm.querySelector("summary").focus();
  }
});

// Enter in a field that has a button of its own presses that, and not the first of its form.
document.addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.isComposing && event.target.dataset?.enter) {
    event.preventDefault();
    document.getElementById(event.target.dataset.enter).click();
  }
});

document.addEventListener("focusin", event => {
  if (event.target.matches(".copy input"))
    event.target.select();
});

// What is ticked while a search runs stays ticked: its answer, which knows nothing of it, is not waited for.
document.addEventListener("change", event => {
  const search = event.target.closest("[data-calls-off]")?.dataset.callsOff;
  if (search)
    htmx.trigger(document.getElementById(search), "htmx:abort");
});

// Whoever sent a form with faults goes on at the first of them.
for (const faults of document.querySelectorAll("main .faults")) {
  const field = document.querySelector(`[aria-describedby~="${CSS.escape(faults.id)}"]`) ?? document.getElementById(faults.id.replace(/-faults$/, ""));
  field?.focus();
  if (field && document.activeElement === field)
    break;
}

// Another language loads the page again: where a form was changed, or came back with faults, the person is asked first.
let isChanged = document.querySelector("main form .faults") !== null;
for (const change of ["input", "change", "htmx:afterSwap"])
  document.addEventListener(change, event => isChanged ||= event.target.closest("main form[method=post]") !== null);
document.addEventListener("submit", event => {
  if (isChanged && event.target.dataset.leaves && event.submitter?.name === "language" && !confirm(event.target.dataset.leaves))
    event.preventDefault();
});

// A list that follows what happens is asked for again once something did, no more than once a second, and not while nobody sees it: a
// browser has few connections to a server, and each follower keeps one. Where none is to be had it asks every other second.
for (const list of document.querySelectorAll("[data-live]")) {
  let source, told = 0, due;
  const tell = () => {
    due ??= setTimeout(() => {
      [told, due] = [Date.now(), undefined];
      htmx.trigger(list, "news");
    }, Math.max(0, told + 1000 - Date.now()));
  };
  const follow = () => {
    source?.close();
    if (document.hidden)
      return;
    source = new EventSource(list.dataset.live);
    source.addEventListener("attempt", tell);
    source.addEventListener("gap", tell);
    source.addEventListener("error", () => source.readyState === EventSource.CLOSED && !document.hidden && setTimeout(retry, 2000));
  };
  const retry = () => {
    tell();
    follow();
  };
  document.addEventListener("visibilitychange", retry);
  follow();
}
