// 看材料: a page of a proof large beside the form: zoom, turn, page through. Without it the links open the page alone.

const panel = document.getElementById("viewer");
const pages = () => [...document.querySelectorAll("a[data-page]")];
/** Everything that can be paged to: each picture once, a PDF once for each of its sheets. */
const stops = () => pages().flatMap((link) =>
  Array.from({ length: Number(link.dataset.sheets ?? 1) }, (_, n) => ({ link, sheet: n + 1 })));
const now = { at: -1, zoom: 1, turn: 0 };
const STEP = 1.25;
const ZOOMS = [0.2, 6];

/** Fit to the width of the stage, then zoom; a sheet lying on its side swaps its measures. */
function draw() {
  const [stage, box, image] = [".stage", ".sheet-box", "img"].map((one) => panel.querySelector(one));
  if (!image.naturalWidth) return;
  const lies = now.turn % 180 !== 0;
  const [wide, high] = lies ? [image.naturalHeight, image.naturalWidth] : [image.naturalWidth, image.naturalHeight];
  const scale = (stage.clientWidth / wide) * now.zoom;
  Object.assign(box.style, { width: `${wide * scale}px`, height: `${high * scale}px` });
  Object.assign(image.style, {
    width: `${image.naturalWidth * scale}px`,
    height: `${image.naturalHeight * scale}px`,
    transform: `translate(-50%, -50%) rotate(${now.turn}deg)`,
  });
}

/** Show one stop of the list; its proof's answers stand below it. */
function show(list, at) {
  const { link, sheet } = list[at];
  Object.assign(now, { at, zoom: 1, turn: 0 });
  const of = link.dataset.sheets;
  const where = of ? `，${link.dataset.of.replace("{n}", sheet).replace("{of}", of)}` : "";
  const image = panel.querySelector("img");
  image.src = of ? `${link.getAttribute("href")}/sheets/${sheet}` : link.dataset.page;
  image.alt = link.dataset.name + where;
  const among = String(list.length) === of ? "" : `（${at + 1} / ${list.length}）`;
  panel.querySelector(".place").textContent = `${link.dataset.name}${where}${among}`;
  const way = panel.querySelector(".pdf-way");
  way.hidden = !of;
  way.querySelector("a").href = link.dataset.page;
  const proves = link.closest(".proof").querySelector(".proves");
  panel.querySelector(".beside").replaceChildren(...[...(proves?.children ?? [])].map((one) => one.cloneNode(true)));
  panel.hidden = false;
  panel.querySelector("[data-view=back]").disabled = at === 0;
  panel.querySelector("[data-view=forth]").disabled = at === list.length - 1;
  for (const one of pages()) one.toggleAttribute("aria-current", one === link);
  draw();
}

/** Show a page from its beginning. */
export function view(link) {
  const list = stops();
  const at = list.findIndex((stop) => stop.link === link);
  if (at >= 0) show(list, at);
}

/** One stop further or back. */
function go(step) {
  const list = stops();
  if (list[now.at + step]) show(list, now.at + step);
}

const does = {
  in: () => { now.zoom = Math.min(now.zoom * STEP, ZOOMS[1]); draw(); },
  out: () => { now.zoom = Math.max(now.zoom / STEP, ZOOMS[0]); draw(); },
  fit: () => { now.zoom = 1; draw(); },
  left: () => { now.turn = (now.turn + 270) % 360; draw(); },
  right: () => { now.turn = (now.turn + 90) % 360; draw(); },
  back: () => go(-1),
  forth: () => go(1),
  close: () => { panel.hidden = true; for (const one of pages()) one.removeAttribute("aria-current"); },
};

/** Do one of the viewer's things by name; false where there is nothing to do it to. */
export function tool(name) {
  if (!panel || panel.hidden) return false;
  does[name]();
  return true;
}

/** The material of an item, or the first there is. */
export function viewItem(item) {
  if (!panel) return false;
  const link = item?.closest(".proof")?.querySelector("a[data-page]") ?? stops()[Math.max(now.at, 0)]?.link;
  if (link) view(link);
  return Boolean(link);
}

/** While the viewer is open it follows the material in hand. */
export function follow(item) {
  const proof = !panel?.hidden && item?.closest(".proof");
  if (!proof || !proof.querySelector("a[data-page]") || proof.contains(stops()[now.at]?.link)) return;
  viewItem(item);
}

if (panel) {
  const image = panel.querySelector("img");
  const say = (isMissing) => {
    panel.querySelector(".not-drawn").hidden = !isMissing;
    panel.querySelector(".stage").hidden = isMissing;
  };
  image.addEventListener("load", () => { say(false); draw(); });
  image.addEventListener("error", () => say(true));
  addEventListener("resize", draw);
  panel.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-view]");
    if (pressed) tool(pressed.dataset.view);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-page]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    view(link);
  });
  const [first] = pages();
  const isWide = matchMedia("(min-width: 1001px)").matches;
  if (first && isWide && document.querySelector("form[data-autosave]")) view(first);
}
