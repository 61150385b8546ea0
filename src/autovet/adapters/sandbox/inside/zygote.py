"""The process with the imports done: has a job for each socket that it is handed."""

import contextlib
import os
import select
import signal
import socket
from dataclasses import dataclass, field

from . import job, warming
from .stock import Child, Stock
from .wire import JOB, SIZE, WARM

WAITING = 2
"""How many jobs wait. Each is its own process and those of its first steps."""
_IDLE_MS = 2
_LOOK_MS = 50


@dataclass
class Walls:
    """How steps are kept in.

    Attributes:
        namespaces: whether jobs and steps get namespaces of their own.
        layers: the names of the layers that hold.
        paths: what a step may read of the host.
        scratch: where steps write; without namespaces, a directory to make theirs in.
        libraries: top-level names of modules that are loaded beyond the standard library.
    """

    namespaces: bool
    layers: "list[str]"
    paths: "list[str]"
    scratch: str
    libraries: "set[str]" = field(default_factory=set)


def serve(control: socket.socket, walls: Walls) -> None:
    """Hand each socket to a job until the control socket closes; does not return."""
    signal.set_wakeup_fd(-1)
    stock = Stock(walls, WAITING)
    poller = select.poll()
    poller.register(control, select.POLLIN)
    used = False
    while True:
        # One is added when nothing else is to be done, once it is clear that jobs come at all.
        patience = _IDLE_MS if used and stock.short else None
        # Without process descriptors, children are looked after in between.
        ready = poller.poll(patience if hasattr(os, "pidfd_open") else _LOOK_MS)
        for descriptor, _ in ready:
            if descriptor != control.fileno():
                poller.unregister(descriptor)
                stock.reap(descriptor, wait=True)
                continue
            purpose, connection = _accept(control)
            if purpose == WARM:
                _warm(connection, walls, stock)
                continue
            _serve(connection, stock, poller)
            used = True
        for watch in stock.watched:
            stock.reap(watch, wait=False)
        if not ready and patience is not None:
            _watch(stock.add(), poller)


def _watch(child: Child, poller: "select.poll") -> None:
    if child.watch >= 0:
        poller.register(child.watch, select.POLLIN)


def _serve(connection: socket.socket, stock: Stock, poller: "select.poll") -> None:
    """Give the connection to a job that waits, or to a new one."""
    with connection:
        while True:
            if stock.empty:
                _watch(stock.add(), poller)
            child = stock.take()
            if child.hand_over(connection):
                break
        with contextlib.suppress(OSError):  # a service that left needs no answer
            if child.watch >= 0:
                socket.send_fds(connection, [b"p"], [child.watch])
            else:
                connection.sendall(b"p")


def _accept(control: socket.socket) -> "tuple[bytes, socket.socket]":
    purpose, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    if purpose not in (JOB, WARM) or len(descriptors) != 1:
        os._exit(0)  # the service is gone, and everything here ends with this process
    return purpose, socket.socket(fileno=descriptors[0])


def _warm(connection: socket.socket, walls: Walls, stock: Stock) -> None:
    with connection, contextlib.suppress(OSError, EOFError):
        (size,) = SIZE.unpack(job.receive(connection, SIZE.size))
        names = job.receive(connection, size).decode().split()
        if names:
            walls.libraries |= warming.import_libraries(names)
            stock.discard()
        connection.sendall(WARM)
