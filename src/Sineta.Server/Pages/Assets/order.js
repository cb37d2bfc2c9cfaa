// Lists that are ordered by dragging: what is let go is posted with its new place, and the outline is shown as the server has it then.
// Contents go from lesson to lesson, too.
document.addEventListener("pointerdown", event => {
  const grip = event.target.closest?.(".grip");
  const item = grip?.closest("[data-move]");
  if (!item || event.button !== 0)
    return;
  event.preventDefault();
  const ground = item.closest("#outline");
  const isWithin = (box, y) => y >= box.top && y <= box.bottom;
  const placeOf = () => {
    const list = item.parentElement;
    const place = [...list.children].indexOf(item) + 1;
    return list.dataset.lesson ? `${list.dataset.lesson}/${place}` : `${place}`;
  };
  const before = placeOf();
  item.classList.add("dragging");
  // What is dragged goes from list to list, and would lose the pointer there; what holds them all keeps it.
  ground.setPointerCapture(event.pointerId);

  const listAt = y => {
    const own = item.parentElement;
    const lesson = own.dataset.lesson && [...ground.querySelectorAll(".lesson")].find(one => isWithin(one.getBoundingClientRect(), y));
    return lesson ? lesson.querySelector("[data-lesson]") : own;
  };
  const drag = moved => {
    const list = listAt(moved.clientY);
    const next = [...list.children].find(other => {
      const box = other.getBoundingClientRect();
      return other !== item && moved.clientY < box.top + box.height / 2;
    }) ?? null;
    if (list !== item.parentElement || next !== item.nextElementSibling)
      list.insertBefore(item, next);
  };
  const drop = () => {
    ground.removeEventListener("pointermove", drag);
    ground.removeEventListener("pointerup", drop);
    ground.removeEventListener("pointercancel", drop);
    item.classList.remove("dragging");
    const after = placeOf();
    if (after === before)
      return;
    const token = document.querySelector("input[name=__RequestVerificationToken]").value;
    htmx.ajax("POST", item.dataset.move, {
      target: "#outline", select: "#outline", swap: "outerHTML",
      values: { position: after, __RequestVerificationToken: token },
    });
  };
  ground.addEventListener("pointermove", drag);
  ground.addEventListener("pointerup", drop);
  ground.addEventListener("pointercancel", drop);
});
