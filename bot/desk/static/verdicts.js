// Verdicts save themselves: one save at a time for an item, the newest state wins, and nothing typed is lost.
import { place, words } from "./forms.js";

const QUIET = 900;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;
const savers = new Map();

const formOf = (item) =>
  [...document.querySelectorAll("form[data-autosave]")].find((form) => form.elements.namedItem("item").value === item);
const written = (form) => {
  const values = new FormData(form);
  return JSON.stringify([values.get("met"), values.getAll("reason"), values.get("note")]);
};

/** Whether the form says a whole verdict. */
export function isWhole(form) {
  const met = new FormData(form).get("met");
  return met === "yes" || (met === "no" && form.querySelector("input[name=reason]:checked") !== null);
}

/** One line under the item: saving, saved, or what is wrong and what to do. */
function tell(form, text, isTrouble = false, ...more) {
  const line = form.querySelector(".state");
  line.className = `state ${isTrouble ? "trouble" : "kept"}`;
  line.replaceChildren(text, ...more.flatMap((one) => [" ", one]));
}

function button(text, does) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", does);
  return made;
}

function loginLink() {
  const link = document.createElement("a");
  [link.href, link.target, link.rel, link.textContent] = ["/desk/login", "_blank", "noopener", words("login")];
  return link;
}

class Saver {
  constructor(item) {
    Object.assign(this, { item, running: false, current: Promise.resolve(), again: "", wait: FIRST_WAIT, timer: 0, failed: false });
  }

  get isOpen() { return this.running || this.failed || this.timer !== 0; }

  /** Save when it has been quiet for a moment. */
  soon() { clearTimeout(this.timer); this.timer = setTimeout(() => this.save(), QUIET); }

  /** Save now; while a save is under way, once more after it. Done when there is nothing under way. */
  save(address = "") {
    clearTimeout(this.timer);
    this.timer = 0;
    const form = formOf(this.item);
    if (!form || !isWhole(form)) return Promise.resolve();
    if (this.running) this.again = address || form.getAttribute("action");
    else this.current = this.run(form, address);
    return this.current;
  }

  async run(form, address) {
    this.running = true;
    const sent = written(form);
    tell(form, words("saving"));
    try {
      const answer = await fetch(address || form.getAttribute("action"), {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "HX-Request": "true" }, redirect: "manual",
        keepalive: true,
      });
      await this.heard(answer, sent);
    } catch {
      this.retryLater();
    }
    this.running = false;
    const next = this.again;
    this.again = "";
    if (next) await this.save(next === form.getAttribute("action") ? "" : next);
  }

  async heard(answer, sent) {
    const form = formOf(this.item);
    if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) {
      this.failed = true;
      tell(form, words("signed-out"), true, loginLink(), button(words("retry"), () => this.save()));
      return;
    }
    if (answer.status >= 500) throw new Error("the desk is not well");
    [this.failed, this.wait] = [false, FIRST_WAIT];
    // Looked at only once the whole answer is here: what is typed while it arrives stays.
    const html = await answer.text();
    const moved = written(form) !== sent;
    if (answer.ok && !moved) sessionStorage.removeItem(form.dataset.draft);
    if (answer.headers.get("X-Reload")) { location.reload(); return; }
    place(html, (stale) => answer.ok && moved && stale.contains(form));
    if (!answer.ok) putBack(formOf(this.item), false);
    if (answer.ok && moved) this.again ||= form.getAttribute("action");
  }

  retryLater() {
    this.failed = true;
    this.timer = setTimeout(() => this.save(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    const form = formOf(this.item);
    if (form) tell(form, words("failed"), true, button(words("retry"), () => this.save()));
  }
}

function saverOf(form) {
  const item = form.elements.namedItem("item").value;
  if (!savers.has(item)) savers.set(item, new Saver(item));
  return savers.get(item);
}

/** Save now, or say what is missing. */
export function save(form, address = "") {
  if (isWhole(form)) return saverOf(form).save(address);
  if (form.querySelector("input[value=no]:checked")) tell(form, words("needs-reason"), true);
  return Promise.resolve();
}

/** What was typed and not saved stands in this tab until it is; it comes back after a lapse, a takeover, a new login. */
function remember(form) {
  sessionStorage.setItem(form.dataset.draft, written(form));
}

function putBack(form, speaks) {
  const kept = form && sessionStorage.getItem(form.dataset.draft);
  if (!kept || kept === written(form)) return;
  const [met, reasons, note] = JSON.parse(kept);
  for (const box of form.querySelectorAll("input[name=met]")) box.checked = box.value === met;
  for (const box of form.querySelectorAll("input[name=reason]")) box.checked = reasons.includes(box.value);
  form.elements.note.value = note;
  form.closest("details")?.setAttribute("open", "");
  if (speaks) tell(form, words("restored"), true, button(words("save"), () => save(form)));
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (!form) return;
  remember(form);
  if (isWhole(form)) saverOf(form).save();
});
document.addEventListener("input", (event) => {
  const form = event.target.matches("textarea") && event.target.closest("form[data-autosave]");
  if (!form) return;
  remember(form);
  if (isWhole(form)) saverOf(form).soon();
});

/** Before the rest is judged or an act done, what stands on the page must be what is saved. */
async function settle(form) {
  const half = [...document.querySelectorAll("form[data-autosave]")].find((one) =>
    one.querySelector("input[value=no]:checked") && !isWhole(one));
  if (half) { save(half); half.querySelector("input[value=no]").focus(); return false; }
  await Promise.all([...savers.values()].filter((one) => one.isOpen).map((one) => one.save()));
  const open = [...savers.values()].find((one) => one.isOpen);
  if (open) formOf(open.item)?.scrollIntoView({ block: "center" });
  return !open;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-autosave]")) {
    event.preventDefault();
    save(form, event.submitter?.getAttribute("formaction") ?? "");
    return;
  }
  const waits = form.matches("#tally form, #acts form.acts") && !form.dataset.settled;
  const half = document.querySelector("form[data-autosave] input[value=no]:checked") !== null;
  if (!waits || (!half && ![...savers.values()].some((one) => one.isOpen))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const name = event.submitter?.value;
  const later = new Promise((go) => setTimeout(go)); // a form cannot be sent anew while it is being sent
  Promise.all([settle(form), later]).then(([settled]) => {
    const again = settled && document.querySelector(form.id ? `#${form.id}` : form.matches(".acts") ? "#acts form.acts" : "#tally form");
    if (!again) return;
    again.dataset.settled = "1";
    again.requestSubmit(name ? again.querySelector(`button[value="${CSS.escape(name)}"]:enabled`) : null);
  });
}, true);

addEventListener("online", () => { for (const one of savers.values()) if (one.failed) one.save(); });
/** Leaving the page: what waits is sent and arrives (keepalive); only what cannot be saved holds the clerk back. */
addEventListener("beforeunload", (event) => {
  for (const one of savers.values()) if (one.timer && !one.failed) one.save();
  if ([...savers.values()].some((one) => one.failed)) event.preventDefault();
});
/** Ticked before this script was here, or put back by the browser: as good as ticked now. */
const isTouched = (form) =>
  form.elements.note.value !== form.elements.note.defaultValue ||
  [...form.querySelectorAll("input[name=met], input[name=reason]")].some((box) => box.checked !== box.defaultChecked);
for (const form of document.querySelectorAll("form[data-autosave]")) {
  if (isTouched(form)) {
    remember(form);
    if (isWhole(form)) saverOf(form).save();
  } else {
    putBack(form, true);
  }
}
