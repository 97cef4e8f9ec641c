// The applicant's chat page. Speaks docs/protocol.md and nothing else. Words are only ever set as text, never as HTML;
// what was typed stays in memory, never in the browser's storage.

import { signaturePad } from "./signature.js";

const $ = (id) => document.getElementById(id);
const log = $("log");
const say = $("say");
const MOST_BYTES = Number(document.body.dataset.mostBytes);
const MOST_FILES = Number(document.body.dataset.mostFiles);
const STAGES = [...$("stages").children].map((item) => item.textContent);
const TICK = /^[✓✔☑✅]\s*/u;
const LESSER = new Set(["back", "skip", "help", "human", "menu", "stop", "pause", "no", "drop_proof", "pages", "flow"]);
const FIRST = new Set(["done", "start", "agree", "confirm", "resubmit", "apply", "yes"]);
const FILE_ICON = "M4 8h3l2-3h6l2 3h3v11H4z M12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z";

const waiting = []; // turns not answered yet, in order; each keeps its turn_id, so that sending again does nothing twice
let sending = false;
let retryTimer = 0;
let lastReply = null; // the newest turn's block, whose buttons are alive
let earliest = null; // the oldest position shown, for 看更早的对话
let newestEvent = 0;
const eventsShown = new Set();

// ---------- small builders ----------
function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const isOurs = (href) => typeof href === "string" && href.startsWith("/") && !href.startsWith("//") && !href.includes("\\");

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// ---------- what is said ----------
function bubbleFor(words, kind) {
  const bubble = make("div", `bubble theirs ${kind}`.trim(), words.text);
  if (words.picture && isOurs(words.picture.href)) {
    const isPage = words.picture.href.startsWith("/chat/pages/");
    const link = make("a", isPage ? "page" : "");
    link.href = isPage ? `${words.picture.href}?whole=1` : words.picture.href;
    link.target = "_blank";
    link.rel = "noopener";
    const image = make("img");
    image.src = words.picture.href;
    image.alt = words.picture.alt || "";
    image.addEventListener("load", () => settle());
    link.append(image);
    bubble.append(link);
  }
  if (words.document && isOurs(words.document.href)) {
    const isPage = words.document.href.startsWith("/chat/devices"); // a page of ours, nothing to keep
    const link = make("a", "document", `${isPage ? "→" : "⬇"} ${words.document.label}`);
    link.href = words.document.href;
    if (!isPage) link.setAttribute("download", "");
    bubble.append(document.createElement("br"), link);
  }
  return bubble;
}

function choicesFor(words, takesSeveral) {
  const box = make("div", takesSeveral ? "choices several" : "choices");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "可选的回答");
  if (words.wants_file) {
    box.append(fileButton("拍照", "camera"), fileButton("从相册或文件选", "files"));
  }
  let longest = 0;
  for (const choice of words.choices || []) {
    const ticked = TICK.test(choice.label);
    const button = make("button", "", choice.label);
    button.type = "button";
    button.dataset.value = choice.value;
    if (takesSeveral && choice.value !== "done" && !LESSER.has(choice.value)) {
      button.setAttribute("aria-pressed", String(ticked));
    }
    if (FIRST.has(choice.value)) button.classList.add("main");
    if (LESSER.has(choice.value)) button.classList.add("lesser");
    longest = Math.max(longest, [...choice.label].length);
    button.addEventListener("click", () => choose(choice, button));
    box.append(button);
  }
  if (longest > 14) box.classList.add("long");
  return box.childElementCount ? box : null;
}

function fileButton(label, input) {
  const button = make("button", "file main");
  button.type = "button";
  button.append(icon(FILE_ICON), ` ${label}`);
  if (input === "files") button.classList.remove("main");
  button.addEventListener("click", () => $(input).click());
  return button;
}

const takesSeveral = (reply) => ["ground", "proofs"].includes(reply.asks);

function blockFor(says, kind, several = false) {
  const block = make("div", "turn");
  block.tabIndex = -1;
  for (const words of says) {
    if (words.text || words.picture || words.document) block.append(bubbleFor(words, kind));
    const choices = choicesFor(words, several);
    if (choices) block.append(choices);
  }
  return block;
}

function showMine(text) {
  const bubble = make("div", "bubble mine", text);
  log.append(bubble);
  return bubble;
}

function showReply(reply, { into = null } = {}) {
  const hadFocus = lastReply && lastReply.contains(document.activeElement);
  const block = blockFor(reply.says, "", takesSeveral(reply));
  block.dataset.asks = reply.asks || "";
  if (reply.asks === "declaration") block.append(signaturePad(sign));
  if (into) {
    // The question stays above what is ticked so far.
    const asked = [...into.querySelectorAll(".bubble:not(.so-far)")];
    for (const bubble of block.querySelectorAll(".bubble")) bubble.classList.add("so-far");
    block.prepend(...asked);
    const focused = into.contains(document.activeElement) ? into.dataset.held : null;
    into.replaceWith(block);
    const again = focused && [...block.querySelectorAll("button")].find((button) => button.dataset.value === focused);
    if (again) again.focus({ preventScroll: true });
  } else {
    retire(lastReply);
    log.append(block);
    if (hadFocus) block.focus({ preventScroll: true });
  }
  lastReply = block;
  showProgress(reply);
  return block;
}

function retire(block) {
  if (block) for (const choices of block.querySelectorAll(".choices")) choices.remove();
}

function showProblem(text) {
  const bubble = make("div", "bubble theirs problem", text);
  log.append(bubble);
  settle();
}

function showNotice(eventId, notice) {
  if (eventsShown.has(eventId)) return;
  eventsShown.add(eventId);
  newestEvent = Math.max(newestEvent, eventId);
  if (notice.at) log.append(make("p", "when", clock(notice.at)));
  const block = blockFor(notice.says, "notice");
  log.append(block);
}

function clock(at) {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return "";
  return new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).format(moment);
}

function showProgress(reply) {
  const finished = reply.state === "submitted";
  const at = finished ? STAGES.length : STAGES.indexOf(reply.stage);
  const { done, of } = reply.progress || { done: 0, of: 0 };
  $("progress").hidden = at < 0 || !of;
  if ($("progress").hidden) return;
  [...$("stages").children].forEach((item, index) => {
    item.toggleAttribute("data-now", index === at);
    item.toggleAttribute("data-past", index < at);
  });
  const words = finished ? "已提交" : `第 ${done} / ${of} 步 · ${reply.stage}`;
  $("progress-words").textContent = words;
  $("bar").setAttribute("aria-valuemax", of);
  $("bar").setAttribute("aria-valuenow", done);
  $("bar").setAttribute("aria-valuetext", words);
  $("bar-fill").style.width = `${Math.round((100 * done) / of)}%`;
}

// Show the newest words; where they are taller than the screen, from their beginning.
let anchor = null;
function settle(from = anchor) {
  anchor = from;
  requestAnimationFrame(() => {
    const room = window.innerHeight - document.querySelector(".composer").offsetHeight;
    const sticky = getComputedStyle(document.querySelector(".top")).position === "sticky";
    const head = sticky ? document.querySelector(".top").offsetHeight : 0;
    const end = log.getBoundingClientRect().bottom + window.scrollY;
    const start = from && from.isConnected ? from.getBoundingClientRect().top + window.scrollY : end;
    window.scrollTo({ top: Math.max(0, Math.min(end - room + 16, start - head - 10)), behavior: "auto" });
  });
}

// ---------- sending ----------
function choose(choice, button) {
  const block = button.closest(".turn");
  const inPlace = button.hasAttribute("aria-pressed") && block === lastReply ? block : null;
  const held = block === lastReply && block.contains(document.activeElement);
  for (const other of block.querySelectorAll(".choices button")) other.disabled = block === lastReply;
  // A disabled button lets the focus fall to the top of the page: it waits at the question, or comes back to the tick.
  if (held) block.focus({ preventScroll: true });
  if (held && inPlace) block.dataset.held = choice.value;
  const label = choice.label.replace(TICK, "");
  enqueue({ choice: choice.value }, inPlace ? null : showMine(label), inPlace);
}

function sign(signature) {
  enqueue({ signature }, showMine("（手写签名）"));
}

function speak(text) {
  const words = text.trim();
  if (words) enqueue({ text: words }, showMine(words));
}

function enqueue(said, bubble, into = null) {
  waiting.push({ turnId: newId(), said, bubble, into });
  if (bubble) bubble.classList.add("waiting");
  settle(bubble);
  pump();
}

async function pump() {
  if (sending || !waiting.length) return;
  sending = true;
  clearTimeout(retryTimer);
  const turn = waiting[0];
  const dots = setTimeout(() => { if (!turn.said.files) { $("typing").hidden = false; settle(); } }, 350);
  const outcome = await post(turn);
  clearTimeout(dots);
  $("typing").hidden = true;
  sending = false;
  if (outcome.again) {
    offline(outcome.why);
    retryTimer = setTimeout(pump, outcome.again);
    return;
  }
  offline(null);
  waiting.shift();
  finish(turn, outcome);
  pump();
}

function finish(turn, outcome) {
  if (turn.bubble) {
    turn.bubble.classList.remove("waiting");
    for (const bar of turn.bubble.querySelectorAll("progress, small")) bar.remove();
  }
  if (outcome.problem) {
    for (const button of document.querySelectorAll(".choices button")) button.disabled = false;
    showProblem(outcome.problem);
    return;
  }
  const same = turn.into && turn.into.isConnected && outcome.reply.asks === turn.into.dataset.asks ? turn.into : null;
  const block = showReply(outcome.reply, { into: same });
  if (same) block.querySelector(".choices")?.scrollIntoView({ block: "nearest" });
  else settle(turn.bubble || block);
}

// One attempt. `again` is the time to wait before the same turn (same turn_id) is sent once more.
function post(turn) {
  return turn.said.files ? postFiles(turn) : postWords(turn);
}

async function postWords(turn) {
  try {
    const answer = await fetch("/chat/turns", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ turn_id: turn.turnId, ...turn.said }),
      signal: AbortSignal.timeout ? AbortSignal.timeout(30000) : undefined,
    });
    return read(answer.status, await answer.text(), Number(answer.headers.get("Retry-After")));
  } catch {
    return { again: wait(turn), why: "offline" };
  }
}

function postFiles(turn) {
  return new Promise((resolve) => {
    const form = new FormData();
    form.append("turn_id", turn.turnId);
    for (const file of turn.said.files) form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    const bar = turn.bubble.querySelector("progress");
    const words = turn.bubble.querySelector("small");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = event.loaded / event.total;
      words.textContent = event.loaded < event.total ? `正在上传 ${Math.floor(bar.value * 100)}%` : "正在检查图片…";
    });
    request.addEventListener("load", () => {
      resolve(read(request.status, request.responseText, Number(request.getResponseHeader("Retry-After"))));
    });
    for (const failed of ["error", "abort", "timeout"]) {
      request.addEventListener(failed, () => {
        words.textContent = "等网络恢复后接着传";
        resolve({ again: wait(turn), why: "offline" });
      });
    }
    request.open("POST", "/chat/turns");
    request.timeout = 300000;
    request.send(form);
  });
}

function wait(turn) {
  turn.tries = (turn.tries || 0) + 1;
  return Math.min(1000 * 2 ** Math.min(turn.tries, 5), 20000);
}

function read(status, body, after) {
  let content = null;
  try { content = JSON.parse(body); } catch { /* a proxy's page: handled below */ }
  if (status === 200 && content) return { reply: content };
  if (status === 429 || status >= 500 || !content) return { again: (after || 3) * 1000, why: "busy" };
  return { problem: content.problem || "刚才这一轮没有办成，请再试一次。" };
}

function offline(why) {
  const line = $("offline");
  const gone = why === "offline" || !navigator.onLine;
  line.hidden = !why && navigator.onLine;
  if (!line.hidden) {
    line.textContent = gone
      ? "网络断了。您写的内容还在，连上网后会自动发出，请先不要关闭页面。"
      : "服务有点忙，正在重新发送，请稍等。";
  }
}

// ---------- files ----------
function sendFiles(list) {
  const files = [...list];
  const fitting = files.filter((file) => file.size <= MOST_BYTES).slice(0, MOST_FILES);
  for (const file of files.filter((each) => each.size > MOST_BYTES)) {
    showProblem(`「${file.name}」超过 ${Math.floor(MOST_BYTES / 1048576)} MB，没有上传。请用手机直接拍照，或者把它分成几份。`);
  }
  if (files.length > MOST_FILES) showProblem(`一次最多传 ${MOST_FILES} 个文件，多出来的请再传一次。`);
  if (!fitting.length) return;
  const bubble = showMine();
  bubble.append(previews(fitting), make("small", "", "正在上传…"));
  const bar = make("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", "上传进度");
  bubble.append(bar);
  enqueue({ files: fitting }, bubble);
}

function previews(files) {
  const box = make("div", "previews");
  for (const file of files) {
    const name = make("span", "", file.name || "照片");
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) {
      box.append(name);
      continue;
    }
    const image = make("img");
    image.alt = file.name || "照片";
    image.src = URL.createObjectURL(file);
    image.addEventListener("load", () => { URL.revokeObjectURL(image.src); settle(); });
    image.addEventListener("error", () => image.replaceWith(name));
    box.append(image);
  }
  return box;
}

// ---------- history and what comes later ----------
function showEntry(entry) {
  if (entry.event_id) {
    showNotice(entry.event_id, entry);
    return;
  }
  const said = entry.said || {};
  const reply = entry.reply;
  const toggled = said.choice && takesSeveral(reply) && lastReply && lastReply.dataset.asks === reply.asks;
  if (toggled) {
    showReply(reply, { into: lastReply });
    return;
  }
  const pressed = said.choice && lastReply && [...lastReply.querySelectorAll("button")].find(
    (button) => button.dataset.value === said.choice);
  const mine = said.text || (said.choice === "signature" && "（手写签名）") || (said.choice && (pressed ? pressed.textContent.replace(TICK, "") : "（点了一个选项）"));
  if (mine) showMine(mine);
  else if (said.files && said.files.length) {
    const bubble = showMine();
    const box = make("div", "previews");
    for (const name of said.files) box.append(make("span", "", name || "照片"));
    bubble.append(box);
  }
  showReply(reply);
}

async function loadHistory(before = null) {
  const answer = await fetch(`/chat/history${before ? `?before=${before}` : ""}`);
  if (!answer.ok) throw new Error("history");
  return answer.json();
}

async function begin() {
  try {
    const past = await loadHistory();
    offline(null);
    log.setAttribute("aria-live", "off");
    for (const entry of past.entries) showEntry(entry);
    earliest = past.earlier;
    $("earlier-line").hidden = !earliest;
    settle(log.lastElementChild);
    requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
    if (!past.entries.some((entry) => entry.reply)) enqueue({ text: "" }, null);
    listen();
  } catch {
    offline("offline");
    setTimeout(begin, 3000);
  }
}

async function showEarlier() {
  const past = await loadHistory(earliest).catch(() => null);
  if (!past) return;
  const kept = [...log.childNodes];
  const alive = lastReply;
  lastReply = null;
  log.replaceChildren();
  log.setAttribute("aria-live", "off");
  for (const entry of past.entries) showEntry(entry);
  retire(lastReply);
  lastReply = alive;
  const first = kept[0];
  log.append(...kept);
  earliest = past.earlier;
  $("earlier-line").hidden = !earliest;
  if (first) first.scrollIntoView({ block: "start" });
  requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
}

function listen() {
  const stream = new EventSource(`/chat/events?after=${newestEvent}`);
  stream.addEventListener("says", (event) => {
    let notice;
    try { notice = JSON.parse(event.data); } catch { return; }
    const known = eventsShown.has(Number(event.lastEventId));
    showNotice(Number(event.lastEventId), notice);
    if (!known) settle(log.lastElementChild);
  });
  stream.addEventListener("moved", () => { // joined to another chat: what is shown here is only a part of it now
    stream.close();
    if (!waiting.length) location.reload();
    else setTimeout(() => location.reload(), 3000);
  });
  stream.addEventListener("open", () => { if (waiting.length && !sending) pump(); });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

// ---------- the page's own switches ----------
function remembered(value) {
  try {
    if (value === undefined) return localStorage.getItem("elder") === "1";
    localStorage.setItem("elder", value ? "1" : "0");
  } catch { /* storage switched off: the choice holds for this page */ }
  return value === true;
}

function elder(on) {
  document.documentElement.classList.toggle("elder", on);
  $("elder").setAttribute("aria-pressed", String(on));
  grow();
}

function grow() {
  say.style.height = "auto";
  if (!say.value) return;
  say.style.height = `${Math.min(say.scrollHeight + 3, 200)}px`;
}

$("elder").addEventListener("click", () => {
  const on = !document.documentElement.classList.contains("elder");
  remembered(on);
  elder(on);
  settle();
});
$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  speak(say.value);
  say.value = "";
  grow();
});
say.addEventListener("input", grow);
say.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("form").requestSubmit();
  }
});
say.addEventListener("paste", (event) => {
  if (event.clipboardData && event.clipboardData.files.length) {
    event.preventDefault();
    sendFiles(event.clipboardData.files);
  }
});
for (const button of document.querySelectorAll(".quick button")) {
  button.addEventListener("click", () => speak(button.dataset.say));
}
$("attach").addEventListener("click", () => $("files").click());
for (const id of ["files", "camera"]) {
  $(id).addEventListener("change", (event) => {
    sendFiles(event.target.files);
    event.target.value = "";
  });
}
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer && event.dataTransfer.files.length) sendFiles(event.dataTransfer.files);
});
$("earlier").addEventListener("click", showEarlier);
window.addEventListener("online", () => { offline(null); pump(); });
window.addEventListener("offline", () => offline("offline"));
window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });

elder(remembered());
begin();
