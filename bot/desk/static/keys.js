// Single keys, as the help lists them. None is taken from a field one types in, and all can be switched off.
import { save } from "./verdicts.js";
import { follow, tool, viewItem } from "./viewer.js";

const OFF = "desk-keys-off";
const help = document.getElementById("keys");
const items = () => [...document.querySelectorAll("form[data-autosave]")];
const inHand = () => document.activeElement?.closest("form[data-autosave]") ?? null;

function take(form) {
  if (!form) return;
  form.closest("details")?.setAttribute("open", "");
  form.querySelector("input[name=met]:checked, input[name=met]").focus({ preventScroll: true });
  (form.closest("tr, .proof") ?? form).scrollIntoView({ block: "nearest" });
  follow(form);
}

function walk(step) {
  const forms = items();
  const at = forms.indexOf(inHand());
  take(forms[Math.min(Math.max(at + step, 0), forms.length - 1)]);
}

function judge(form, value) {
  const box = form.querySelector(`input[name=met][value=${value}]`);
  box.focus({ preventScroll: true });
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function reason(form, digit) {
  const box = form.querySelectorAll("input[name=reason]")[digit === 0 ? 9 : digit - 1];
  if (!box || !form.querySelector("input[value=no]:checked")) return false;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** Keys of the item in hand. */
const onItem = {
  y: (form) => { judge(form, "yes"); walk(1); },
  n: (form) => judge(form, "no"),
  m: (form) => { if (form.querySelector("input[value=no]:checked")) form.querySelector("textarea").focus(); },
  Enter: (form) => { save(form); walk(1); },
};

/** Keys of the page. */
const onPage = {
  "?": () => help?.showModal(),
  "/": () => document.getElementById("search")?.focus(),
  n: () => { if (!items().length) document.getElementById("next-case")?.requestSubmit(); },
  r: () => document.querySelector("#tally form")?.requestSubmit(),
  a: () => document.querySelector("#acts button.main:enabled")?.focus(),
  o: () => document.querySelector("#acts textarea:not([readonly])")?.focus(),
  j: () => walk(1),
  k: () => walk(-1),
  v: () => viewItem(inHand()),
  "[": () => tool("back"),
  "]": () => tool("forth"),
  "+": () => tool("in"),
  "=": () => tool("in"),
  "-": () => tool("out"),
  f: () => tool("fit"),
  ",": () => tool("left"),
  ".": () => tool("right"),
  Escape: () => tool("close"),
};

const isTypedIn = (target) =>
  target.isContentEditable || target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])") !== null;

/** In a field only two: Esc leads out of it (to its item, where it has one), Ctrl+Enter saves the item. */
function inField(event) {
  const form = event.target.closest("form[data-autosave]");
  if (event.key === "Escape") form ? take(form) : event.target.blur();
  if (!form) return;
  if (event.key === "Enter" && event.ctrlKey) { save(form); walk(1); }
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || help?.open) return;
  if (isTypedIn(event.target)) { inField(event); return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const form = inHand();
  const isBox = event.target.matches("input[type=radio], input[type=checkbox]");
  if (event.key === "Enter" && !(form && isBox)) return;
  if (localStorage.getItem(OFF) && event.key !== "Escape" && event.key !== "Enter") return;
  const digit = /^[0-9]$/.test(event.key) ? Number(event.key) : -1;
  if (digit >= 0) { if (form && reason(form, digit)) event.preventDefault(); return; }
  const act = (form && onItem[event.key]) || onPage[event.key];
  if (!act || (event.repeat && event.key !== "j" && event.key !== "k")) return;
  event.preventDefault();
  act(form);
});

document.addEventListener("focusin", (event) => follow(event.target.closest?.("form[data-autosave]")));

if (help) {
  for (const opener of document.querySelectorAll("[data-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());
  }
  const box = document.getElementById("keys-on");
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
