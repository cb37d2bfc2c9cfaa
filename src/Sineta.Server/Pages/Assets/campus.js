// What studying does beside its forms: a text completes itself at its end, a medium keeps its place and what was really played of it.
const told = 10_000;

// Read is a text whose page was in sight for as long as reading takes, and whose end is.
for (const form of document.querySelectorAll("[data-at-end]")) {
  let [seconds, atEnd] = [Number(form.dataset.atEnd), false];
  const observer = new IntersectionObserver(seen => { atEnd = seen.at(-1).isIntersecting; }, { threshold: 1 });
  observer.observe(form);
  const clock = setInterval(() => {
    if (!document.hidden)
      seconds--;
    if (form.isConnected && (seconds > 0 || !atEnd))
      return;
    clearInterval(clock);
    observer.disconnect();
    if (form.isConnected)
      form.requestSubmit();
  }, 1_000);
}

for (const medium of document.querySelectorAll("[data-medium]"))
  follow(medium);

function follow(medium) {
  const form = document.querySelector("[data-of-medium]");
  let played = Number(medium.dataset.played);
  let last = Date.now();

  const stretches = () => Array.from({ length: medium.played.length },
    (_, i) => `${Math.round(medium.played.start(i) * 1000)}-${Math.round(medium.played.end(i) * 1000)}`).join(" ");
  const duration = () => Number.isFinite(medium.duration) ? Math.round(medium.duration * 1000) : 0;

  async function tell() {
    last = Date.now();
    const body = new FormData();
    body.set("__RequestVerificationToken", document.querySelector("[name=__RequestVerificationToken]").value);
    body.set("position", Math.floor(medium.currentTime));
    body.set("played", stretches());
    const answer = await fetch(medium.dataset.medium, { method: "POST", body, keepalive: true });
    if (answer.ok)
      played = Number(await answer.text());
    show();
  }

  function show() {
    if (!form?.isConnected || duration() === 0)
      return;
    const share = Math.min(100, Math.ceil(played * 100 / duration()));
    form.querySelector("progress").value = share;
    form.querySelector("[data-played-now]").textContent = share;
    form.querySelector("button").disabled = share < Number(form.dataset.share);
    form.elements.position.value = Math.floor(medium.currentTime);
    form.elements.duration.value = duration();
    form.elements.played.value = stretches();
  }

  function ready() {
    const position = Number(medium.dataset.position);
    if (position > 0 && position < medium.duration - 1)
      medium.currentTime = position;
    show();
  }

  if (medium.readyState > 0)
    ready();
  else
    medium.addEventListener("loadedmetadata", ready, { once: true });
  medium.addEventListener("timeupdate", () => { if (!medium.paused && Date.now() - last > told) tell(); });
  for (const moment of ["pause", "ended", "seeked"])
    medium.addEventListener(moment, () => { if (medium.played.length > 0) tell(); });
  addEventListener("pagehide", () => { if (!medium.paused) tell(); });
  medium.addEventListener("error", () => { document.querySelector("[data-medium-fault]").hidden = false; });
}
