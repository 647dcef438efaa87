"""A mail server of a few lines: takes letters, refuses an address for ever, or is busy."""

import socket
import threading
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage


class SmallServer:
    """Speaks as much SMTP as the sender asks for, one letter a connection.

    Attributes:
        says: what it answers to an address, `250` to take it, `550` for never, `451` for not now.
    """

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.says = "250 fine"
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take nothing any more."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller, suppress(OSError):
                self._speak(caller)

    def _speak(self, caller: socket.socket) -> None:
        lines, to = caller.makefile("rb"), ""

        def say(words: str) -> None:
            caller.sendall(f"{words}\r\n".encode())

        say("220 small")
        for line in lines:
            word = line[:4].upper()
            if word == b"RCPT":
                to = line.decode().partition("<")[2].partition(">")[0]
                say(self.says)
            elif word == b"DATA":
                say("354 go on")
                body = b"".join(iter(lines.readline, b".\r\n"))
                letter = message_from_bytes(body, policy=policy.default)
                assert isinstance(letter, EmailMessage)
                self.letters.append((to, letter))
                say("250 taken")
            elif word == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 small")
