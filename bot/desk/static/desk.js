// Comfort on top of plain forms: everything here also works without it.
"use strict";
document.documentElement.classList.add("js");

/** Put every top-level element of an answer where the element of the same id stands now. */
function place(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const fresh of [...parsed.body.children]) {
    const stale = fresh.id && document.getElementById(fresh.id);
    if (stale) stale.replaceWith(fresh);
  }
  restore();
}

function ready(form) {
  const verdict = new FormData(form).get("met");
  return verdict === "yes" || (verdict === "no" && form.querySelector("input[name=reason]:checked"));
}

async function save(form, values, address) {
  const trouble = form.querySelector(".trouble");
  const item = values.get("item");
  try {
    const answer = await fetch(address, {
      method: "POST", body: new URLSearchParams(values), headers: { "X-Part": "1" }, redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("signed out");
    if (answer.headers.get("X-Reload")) { location.reload(); return item; }
    const focused = document.activeElement && document.activeElement.id;
    place(await answer.text());
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  } catch {
    if (trouble) trouble.textContent = `没有保存成功：请检查网络或重新登录，填的内容还在这里。`;
  }
  return item;
}

/** One save at a time for a form; the newest state wins. */
const under_way = new Map();
function enqueue(form, button) {
  const item = new FormData(form).get("item");
  const earlier = under_way.get(item) ?? Promise.resolve();
  const values = new FormData(form);
  const place = button?.getAttribute("formaction") ?? form.getAttribute("action");
  under_way.set(item, earlier.then(() => save(form, values, place)));
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (form && ready(form)) enqueue(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-autosave]")) { event.preventDefault(); enqueue(form, event.submitter); return; }
  // A second press of the same button: the act id makes it harmless, this makes it calm.
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});

/** Long texts outlive a lapsed session: kept in this tab until the page says that they have gone out. */
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

/** Keys: / searches, n takes the next case, j and k walk the open items, y says 符合, r 其余都符合, a goes to the main act (Enter does it: no decision by a stray key). */
function walk(step) {
  const forms = [...document.querySelectorAll("form[data-autosave]")];
  const at = forms.indexOf(document.activeElement?.closest("form[data-autosave]"));
  const target = forms[Math.min(Math.max(at + step, 0), forms.length - 1)];
  target?.querySelector("input:checked, input[type=radio]")?.focus();
  target?.scrollIntoView({ block: "nearest" });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
  if (field) return;
  if (event.key === "/") { document.querySelector("#search")?.focus(); event.preventDefault(); }
  if (event.key === "n") document.querySelector("#next-case")?.requestSubmit();
  if (event.key === "r") document.querySelector("#tally form")?.requestSubmit();
  if (event.key === "a") document.querySelector("#acts button.main:enabled")?.focus();
  if (event.key === "j") walk(1);
  if (event.key === "k") walk(-1);
  if (event.key === "y") {
    const yes = document.activeElement?.closest("form[data-autosave]")?.querySelector("input[value=yes]");
    if (yes) { yes.checked = true; yes.dispatchEvent(new Event("change", { bubbles: true })); }
  }
});

/** The open chat looks for new messages every few seconds. */
const chat = document.querySelector("[data-refresh]");
if (chat) {
  chat.scrollTop = chat.scrollHeight;
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(chat.dataset.refresh, { headers: { "X-Part": "1" }, redirect: "manual" });
    if (!answer.ok) return;
    const before = document.querySelector("[data-refresh]").textContent;
    place(await answer.text());
    const now = document.querySelector("[data-refresh]");
    if (now.textContent !== before) now.scrollTop = now.scrollHeight;
  }, 4000);
}
