"""A line between one browser and the server that can be cut, as in a tunnel: what runs over it breaks at once."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

# How a server's answer begins that turns a connection into a WebSocket.
SWITCHED = b"HTTP/1.1 101"
# A reset instead of a farewell: nobody on a lost line says goodbye.
ABRUPT = struct.pack("ii", 1, 0)


class Line:
    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._upgraded: set[socket.socket] = set()
        self._is_cut = False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def sockets(self) -> int:
        """How many WebSockets run over the line now."""
        return len(self._upgraded)

    def cut(self) -> None:
        """Break every connection, and each that is tried until `mend`."""
        with self._lock:
            self._is_cut = True
            for end in self._open:
                _break(end)
            self._open.clear()
            self._upgraded.clear()

    def mend(self) -> None:
        with self._lock:
            self._is_cut = False

    def close(self) -> None:
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listening.accept()
            except OSError:
                return  # closed
            self._connect(browser)

    def _connect(self, browser: socket.socket) -> None:
        with self._lock:
            if self._is_cut:
                _break(browser)
                return
            server = socket.create_connection(("127.0.0.1", self._server_port))
            self._open |= {browser, server}
        for come_from, go_to in ((browser, server), (server, browser)):
            threading.Thread(target=self._carry, args=(come_from, go_to), daemon=True).start()

    def _carry(self, come_from: socket.socket, go_to: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := come_from.recv(65_536):
                if data.startswith(SWITCHED):
                    self._note(come_from)
                go_to.sendall(data)
            go_to.shutdown(socket.SHUT_WR)
        with self._lock:
            self._open.discard(come_from)
            self._upgraded.discard(come_from)

    def _note(self, server: socket.socket) -> None:
        with self._lock:
            if server in self._open:
                self._upgraded.add(server)


def _break(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPT)
        # Wakes the thread that reads from it; closing alone would leave it waiting.
        end.shutdown(socket.SHUT_RDWR)
    end.close()
