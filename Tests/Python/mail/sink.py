"""An SMTP server that keeps what it is sent: each mail in a file of the folder that it is given.

It prints its port, and ends when its standard input does.
"""

import asyncio
import pathlib
import sys

from aiosmtpd.smtp import SMTP


class Keep:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        draft = self.folder / "draft"
        draft.write_bytes(b"\n".join(f"RCPT {name}".encode() for name in envelope.rcpt_tos) + b"\n" + envelope.content)
        draft.rename(self.folder / f"{self.count}.mail")
        return "250 kept"


async def main():
    keep = Keep(pathlib.Path(sys.argv[1]))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keep, hostname="localhost", loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
