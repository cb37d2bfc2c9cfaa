// Lists that are ordered by dragging: what is let go is posted with its new place, and the list is shown as the server has it then.
document.addEventListener("pointerdown", event => {
  const grip = event.target.closest?.(".grip");
  const item = grip?.closest("[data-move]");
  if (!item || event.button !== 0)
    return;
  event.preventDefault();
  const list = item.parentElement;
  const placeOf = one => [...list.children].indexOf(one);
  const before = placeOf(item);
  item.classList.add("dragging");
  grip.setPointerCapture(event.pointerId);

  // The others go around the one that is dragged, which stays where the browser holds it.
  const drag = moved => {
    const over = [...list.children].find(other => {
      const box = other.getBoundingClientRect();
      return other !== item && moved.clientY >= box.top && moved.clientY <= box.bottom;
    });
    if (!over)
      return;
    const box = over.getBoundingClientRect();
    const isLower = moved.clientY > box.top + box.height / 2;
    while (isLower && placeOf(over) > placeOf(item))
      list.insertBefore(item.nextElementSibling, item);
    while (!isLower && placeOf(over) < placeOf(item))
      list.insertBefore(item.previousElementSibling, item.nextSibling);
  };
  const drop = () => {
    grip.removeEventListener("pointermove", drag);
    grip.removeEventListener("pointerup", drop);
    grip.removeEventListener("pointercancel", drop);
    item.classList.remove("dragging");
    const after = placeOf(item);
    if (after === before)
      return;
    const token = document.querySelector("input[name=__RequestVerificationToken]").value;
    htmx.ajax("POST", item.dataset.move, {
      target: "#outline", select: "#outline", swap: "outerHTML",
      values: { position: after + 1, __RequestVerificationToken: token },
    });
  };
  grip.addEventListener("pointermove", drag);
  grip.addEventListener("pointerup", drop);
  grip.addEventListener("pointercancel", drop);
});
