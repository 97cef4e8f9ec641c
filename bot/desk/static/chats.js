// The chats live: the server says that something changed, the page reads the piece again. Without scripts: reload.
const rows = () => document.getElementById("chats-rows");
const talk = document.querySelector("[data-chat]");
const title = document.title.replace(/^（\d+）/, "");

async function read(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, redirect: "manual" });
  if (!answer.ok) {
    document.getElementById("signed-out").hidden = false;
    return null;
  }
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Only what changed is put in place: focus, scrolling and what is being typed stay.
function put(fresh, id) {
  const [there, here] = [fresh.getElementById(id), document.getElementById(id)];
  if (!there || !here || there.isEqualNode(here)) return null;
  if (here.contains(document.activeElement) && id !== "log") return null;
  here.replaceWith(there);
  return there;
}

function count(element) {
  const number = Number(element?.dataset.count || 0);
  document.title = number ? `（${number}）${title}` : title;
  const tab = document.querySelector(".top nav a[href='/desk/chats']");
  if (!tab) return;
  const mark = tab.querySelector(".count") ?? tab.appendChild(Object.assign(document.createElement("span"), { className: "count" }));
  mark.textContent = number ? ` ${number}` : "";
}

async function showList() {
  const fresh = await read("/desk/chats");
  if (!fresh) return;
  count(fresh.getElementById("chats-rows"));
  if (rows()) put(fresh, "chats-rows");
}

async function showChat() {
  const log = document.getElementById("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const top = log.scrollTop;
  const fresh = await read(`/desk/chats/${talk.dataset.chat}`);
  if (!fresh) return;
  put(fresh, "chat-state");
  put(fresh, "beside");
  const there = fresh.getElementById("log");
  if (there && !there.isEqualNode(log)) {
    // New lines are added at the end, so that a screen reader reads only those.
    const [old, now] = [[...log.children], [...there.children]];
    const same = old.length <= now.length && old.every((line, n) => line.isEqualNode(now[n]));
    if (same) log.append(...now.slice(old.length));
    else log.replaceChildren(...now);
    log.scrollTop = atEnd ? log.scrollHeight : top;
  }
}

function listen() {
  const stream = new EventSource(`/desk/chats/events?chat=${talk?.dataset.chat ?? ""}`);
  stream.addEventListener("list", showList);
  if (talk) stream.addEventListener("chat", showChat);
  stream.addEventListener("open", () => { showList(); if (talk) showChat(); });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

if (talk) {
  const log = document.getElementById("log");
  log.scrollTop = log.scrollHeight;
  const reply = document.getElementById("reply");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-insert]");
    if (!link) return;
    event.preventDefault();
    reply.value = reply.value.trim() ? `${reply.value.trimEnd()}\n${link.dataset.insert}` : link.dataset.insert;
    reply.dispatchEvent(new Event("input", { bubbles: true }));
    reply.focus();
  });
  reply.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) reply.form.requestSubmit();
  });
}
if (rows() || talk) listen();
