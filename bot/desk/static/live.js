// The open chat looks for new messages every few seconds.
import { place } from "./forms.js";

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
