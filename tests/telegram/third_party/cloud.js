// telegram-test-api (npm) as a process: node cloud.js <folder of node_modules> ; prints its address when it listens.
// What follows `start` is the whole shim: where that server's answers differ from the Bot API's own description.
"use strict";
const path = require("path");
const { createRequire } = require("module");

const theirs = createRequire(path.join(path.resolve(process.argv[2]), "index.js"));
const { TelegramServer } = theirs("telegram-test-api/lib/telegramServer.js");
const { routes } = theirs("telegram-test-api/lib/routes/index.js");
const axios = theirs("axios");

// getMe says is_bot; the id is the one in the token.
function getMe(app) {
  app.all("/bot:token/getMe", (request, response) => {
    const id = Number(request.params.token.split(":")[0]);
    response.json({ ok: true, result: { id, is_bot: true, first_name: "互认通", username: "TestNameBot" } });
  });
}

// A long poll waits for its first update, and an update is told again until a later offset is asked for. Theirs answers
// at once and forgets what it has told: an answer that gets lost on the way, or is not stored, would be lost for good.
function getUpdates(app, server) {
  app.all("/bot:token/getUpdates", async (request, response) => {
    const asked = { ...request.query, ...request.body };
    const end = Date.now() + 1000 * Math.min(2, Number(asked.timeout || 0));
    const mine = server.storage.userMessages.filter((one) => one.botToken === request.params.token);
    for (const one of mine) one.isRead = one.isRead || one.updateId < Number(asked.offset || 0);
    const unread = () =>
      server.storage.userMessages.filter((one) => one.botToken === request.params.token && !one.isRead);
    while (!unread().length && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    response.json({ ok: true, result: unread().map((one) => TelegramServer.formatUpdate(one)) });
  });
}

// What was said before a webhook stood is brought once it stands; theirs keeps it for getUpdates alone.
const setWebhook = TelegramServer.prototype.setWebhook;
TelegramServer.prototype.setWebhook = function set(webhook, token) {
  setWebhook.call(this, webhook, token);
  const waiting = this.storage.userMessages.filter((one) => one.botToken === token && !one.isRead);
  const bring = async () => {
    for (const one of waiting) {
      one.isRead = true;
      await axios({ url: webhook.url, method: "POST", data: TelegramServer.formatUpdate(one) });
    }
  };
  bring().catch((error) => process.stderr.write(`a waiting update was not taken: ${error.message}\n`));
};

// editMessageText answers the edited message; theirs answers null.
function editMessageText(app, server) {
  app.all("/bot:token/editMessageText", (request, response) => {
    server.editMessageText(request.body);
    const { chat_id: chat, message_id: id, text } = request.body;
    response.json({ ok: true, result: asMessage({ message_id: Number(id), text, chat: { id: Number(chat) } }) });
  });
}

// It has no files: a picture is taken for its caption.
function sendPhoto(app, server) {
  app.all("/bot:token/sendPhoto", (request, response) => {
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", () => {
      const fields = {};
      const part = /name="(chat_id|caption|reply_markup)"[^]*?\r\n\r\n([^]*?)\r\n--/g;
      const body = Buffer.concat(pieces).toString();
      for (const [, name, value] of body.matchAll(part)) fields[name] = value;
      const told = { ...fields, text: fields.caption };
      response.json({ ok: true, result: server.addBotMessage(told, request.params.token) });
    });
  });
}

// Seconds, not milliseconds; a bot's message is from the bot, a private chat has a type.
function asMessage(message) {
  const from = { id: 1000, is_bot: true, first_name: "互认通" };
  const chat = { type: "private", first_name: "小李", ...message.chat };
  return { ...message, from, chat, date: Math.floor(Date.now() / 1000) };
}
const addBotMessage = TelegramServer.prototype.addBotMessage;
TelegramServer.prototype.addBotMessage = function add(raw, token) {
  return asMessage(addBotMessage.call(this, raw, token));
};

// A callback query has a chat_instance.
const formatUpdate = TelegramServer.formatUpdate;
TelegramServer.formatUpdate = (update) => {
  const told = formatUpdate(update);
  if (told.callback_query) told.callback_query.chat_instance = "1";
  return told;
};

// A webhook is told its secret.
axios.interceptors.request.use((asked) => {
  const hook = Object.values(server.webhooks).find((one) => one.url === asked.url);
  if (hook && hook.secret_token) {
    asked.headers = { ...asked.headers, "X-Telegram-Bot-Api-Secret-Token": hook.secret_token };
  }
  return asked;
});

routes.unshift(getMe, getUpdates, editMessageText, sendPhoto);
const server = new TelegramServer({ host: "127.0.0.1", port: Number(process.argv[3]), storeTimeout: 3600 });

async function start() {
  await server.start();
  // Node closes a connection after five idle seconds, perhaps while the next call is under way; Telegram's stay open.
  server.server.keepAliveTimeout = 75_000;
  process.stdout.write(`${server.config.apiURL}\n`);
}
start();
