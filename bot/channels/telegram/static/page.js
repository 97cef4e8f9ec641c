// Inside Telegram: hand over what Telegram signed, fill its window, close it again. Everything works without.
const told = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");

function tell(event, about = {}) {
  const body = JSON.stringify(about);
  if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(event, body);
  else if (window.external && "notify" in window.external) window.external.notify(JSON.stringify({ eventType: event, eventData: about }));
  else if (window.parent !== window) window.parent.postMessage(JSON.stringify({ eventType: event, eventData: about }), "https://web.telegram.org");
}

tell("web_app_ready");
tell("web_app_expand");

const door = document.getElementById("door");
if (door && told) {
  document.getElementById("init_data").value = told;
  door.submit();
}
document.getElementById("close")?.addEventListener("click", () => tell("web_app_close"));
for (const form of document.forms) {
  form.addEventListener("submit", () => setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; })));
}
