"""A chat server on raw asyncio streams."""

import asyncio
import json
import logging
from datetime import datetime

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("chat")

clients = {}
history = []


async def send(writer, message):
    """Send one message to a client."""
    data = json.dumps(message) + "\n"
    writer.write(data.encode())
    await writer.drain()


async def broadcast(message, exclude=None):
    """Send a message to all clients."""
    history.append(message)
    for name, writer in clients.items():
        if name != exclude:
            try:
                await send(writer, message)
            except Exception as e:
                log.error("Error sending to %s: %s", name, e)
                clients.pop(name)


async def handle_command(name, text, writer):
    """Run a slash command."""
    if text == "/users":
        await send(writer, {"type": "users", "users": list(clients)})
    elif text == "/history":
        for message in history[-20:]:
            await send(writer, message)
    elif text.startswith("/msg "):
        parts = text.split(" ", 2)
        if len(parts) < 3:
            await send(writer, {"type": "error", "text": "Usage: /msg NAME TEXT"})
            return
        target = clients.get(parts[1])
        if target is None:
            await send(writer, {"type": "error", "text": "No such user"})
        else:
            await send(target, {"type": "private", "from": name, "text": parts[2]})
    else:
        await send(writer, {"type": "error", "text": "Unknown command"})


async def handle_client(reader, writer):
    """Serve one client until it leaves."""
    await send(writer, {"type": "prompt", "text": "Your name?"})
    line = await reader.readline()
    name = line.decode().strip()
    if not name or name in clients:
        await send(writer, {"type": "error", "text": "Name taken"})
        writer.close()
        return

    clients[name] = writer
    asyncio.create_task(broadcast({"type": "join", "name": name}))
    try:
        while True:
            line = await reader.readline()
            if not line:
                break
            text = line.decode().strip()
            if text.startswith("/"):
                await handle_command(name, text, writer)
            elif text:
                await broadcast(
                    {
                        "type": "message",
                        "from": name,
                        "text": text,
                        "time": datetime.now().isoformat(),
                    },
                    exclude=name,
                )
    except ConnectionResetError:
        pass
    finally:
        del clients[name]
        await broadcast({"type": "leave", "name": name})
        writer.close()


async def main(host="127.0.0.1", port=8888):
    """Start the server."""
    server = await asyncio.start_server(handle_client, host, port)
    log.info("Listening on %s:%d", host, port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
