"""The usual way: python-telegram-bot's ConversationHandler in memory, webhook in, `sendMessage` out. Keeps nothing."""

from __future__ import annotations

import asyncio
import sys

from aiohttp import web
from telegram import Update
from telegram.ext import Application, ContextTypes, ConversationHandler, MessageHandler, filters
from telegram.request import HTTPXRequest

from benchmarks.turns.form import LENGTH


async def first(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """The first word begins the form."""
    assert context.user_data is not None
    context.user_data["answers"] = []
    return await keep(update, context)


async def keep(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep an answer and ask the next question; the twentieth ends the form."""
    assert context.user_data is not None
    assert update.message is not None
    answers = context.user_data["answers"]
    answers.append(update.message.text)
    await update.message.reply_text(f"第 {len(answers)} 步，请回答下一题。")
    return ConversationHandler.END if len(answers) == LENGTH else len(answers)


def build(api_port: int) -> Application:
    """The bot, its 20 states, and enough connections for all applicants at once."""
    request = HTTPXRequest(connection_pool_size=256, pool_timeout=60)
    states = {number: [MessageHandler(filters.TEXT, keep)] for number in range(1, LENGTH)}
    builder = Application.builder().token("1:bench").request(request).updater(None).concurrent_updates(False)
    bot = builder.base_url(f"http://127.0.0.1:{api_port}/bot").build()
    bot.add_handler(ConversationHandler([MessageHandler(filters.TEXT, first)], states, []))
    return bot


async def serve(port: int, api_port: int) -> None:
    """Take updates by webhook and queue each, as the library's own webhook server does."""
    bot = build(api_port)
    ready = asyncio.Lock()

    async def webhook(request: web.Request) -> web.Response:
        async with ready:  # the Bot API is in the load process: it is there once an update comes
            if not bot.running:
                await bot.initialize()
                await bot.start()
        await bot.update_queue.put(Update.de_json(await request.json(), bot.bot))
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhook", webhook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
