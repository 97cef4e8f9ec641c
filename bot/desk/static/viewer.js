// 看材料: a page of a proof large beside the form: zoom, turn, page through. Without it the links open the page alone.

const panel = document.getElementById("viewer");
const pages = () => [...document.querySelectorAll("a[data-page]")];
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

/** Show a page; its proof's answers stand below it. */
export function view(link) {
  const list = pages();
  now.at = list.indexOf(link);
  if (now.at < 0) return;
  [now.zoom, now.turn] = [1, 0];
  const isPdf = link.dataset.kind === "pdf";
  const image = panel.querySelector("img");
  image.src = isPdf ? `${link.getAttribute("href")}/thumbnail` : link.dataset.page;
  image.alt = link.dataset.name;
  panel.querySelector(".place").textContent = `${link.dataset.name}（${now.at + 1} / ${list.length}）`;
  const way = panel.querySelector(".pdf-way");
  way.hidden = !isPdf;
  way.querySelector("a").href = link.dataset.page;
  const proves = link.closest(".proof").querySelector(".proves");
  panel.querySelector(".beside").replaceChildren(...[...(proves?.children ?? [])].map((one) => one.cloneNode(true)));
  panel.hidden = false;
  panel.querySelector("[data-view=back]").disabled = now.at === 0;
  panel.querySelector("[data-view=forth]").disabled = now.at === list.length - 1;
  for (const one of list) one.toggleAttribute("aria-current", one === link);
  draw();
}

const does = {
  in: () => { now.zoom = Math.min(now.zoom * STEP, ZOOMS[1]); draw(); },
  out: () => { now.zoom = Math.max(now.zoom / STEP, ZOOMS[0]); draw(); },
  fit: () => { now.zoom = 1; draw(); },
  left: () => { now.turn = (now.turn + 270) % 360; draw(); },
  right: () => { now.turn = (now.turn + 90) % 360; draw(); },
  back: () => { if (now.at > 0) view(pages()[now.at - 1]); },
  forth: () => { if (now.at < pages().length - 1) view(pages()[now.at + 1]); },
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
  const link = item?.closest(".proof")?.querySelector("a[data-page]") ?? pages()[Math.max(now.at, 0)];
  if (link) view(link);
  return Boolean(link);
}

/** While the viewer is open it follows the material in hand. */
export function follow(item) {
  if (panel && !panel.hidden && item?.closest(".proof")?.querySelector("a[data-page]")) viewItem(item);
}

if (panel) {
  panel.querySelector("img").addEventListener("load", draw);
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
  const first = pages().find((one) => one.dataset.kind === "picture");
  const isWide = matchMedia("(min-width: 1001px)").matches;
  if (first && isWide && document.querySelector("form[data-autosave]")) view(first);
}
