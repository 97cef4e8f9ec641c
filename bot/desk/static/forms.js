// Forms: parts of a page put in place, long texts that outlive a lost session, buttons pressed twice.

/** What the page says; the words stand in the page, not here. */
export function words(name) {
  return document.getElementById("words")?.getAttribute(`data-${name}`) ?? "";
}

/** Put every top-level element of an answer where the element of the same id stands now, except what `keeps` keeps. */
export function place(html, keeps = () => false) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const back = focusHeld();
  for (const fresh of [...parsed.body.children]) {
    const stale = fresh.id && document.getElementById(fresh.id);
    if (!stale || keeps(stale)) continue;
    carry(stale, fresh);
    stale.replaceWith(fresh);
  }
  restore();
  back();
}

/** What a clerk is writing outside the saved items goes along. */
function carry(stale, fresh) {
  for (const area of stale.querySelectorAll("textarea[data-keep]")) {
    const next = fresh.querySelector(`#${CSS.escape(area.id)}`);
    if (next) next.value = area.value;
  }
  const chosen = stale.querySelector("input[name=recommends]:checked");
  const same = chosen && fresh.querySelector(`input[name=recommends][value="${CSS.escape(chosen.value)}"]`);
  if (same) same.checked = true;
}

/** Remembers where the focus and the caret are; the function it gives puts them back. */
function focusHeld() {
  const held = document.activeElement;
  if (!held?.id) return () => {};
  const [id, start, end] = [held.id, held.selectionStart, held.selectionEnd];
  return () => {
    const again = document.getElementById(id);
    if (!again || again === document.activeElement) return;
    again.focus({ preventScroll: true });
    if (typeof start === "number" && again.tagName === "TEXTAREA") again.setSelectionRange(start, end);
  };
}

/** Long texts are kept in this tab until the page says that they have gone out, or the clerk signs out. */
const keyOf = (area) => `kept:${area.dataset.keep}`;
function restore() {
  for (const area of document.querySelectorAll("textarea[data-keep]")) {
    if (!area.value) area.value = sessionStorage.getItem(keyOf(area)) ?? "";
  }
}
for (const done of document.querySelectorAll("[data-forget]")) sessionStorage.removeItem(`kept:${done.dataset.forget}`);
document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-keep]")) sessionStorage.setItem(keyOf(event.target), event.target.value);
});
restore();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[data-autosave]")) return;
  if (form.getAttribute("action") === "/desk/logout") sessionStorage.clear();
  // A second press of the same button: the act id makes it harmless, this makes it calm.
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});

/** One box ticks a whole page of the queue. */
const all = document.querySelector("[data-tick-all]");
if (all) {
  all.closest("[hidden]").hidden = false;
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll("input[name=case][form=batch]")) box.checked = all.checked;
  });
}
