"""Feeds documents to a server: open all that wait, pull all, close all."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from autovet.adapters.lsp.connection import ConnectionLost, ServerRefusal
from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.lsp.latencies import Latencies
from autovet.adapters.lsp.liveness import Liveness
from autovet.adapters.lsp.session import Session
from autovet.adapters.lsp.supervised_server import SupervisedServer
from autovet.domain.document import Document
from autovet.domain.errors import AnalyzerError, AnalyzerTimeout, AnalyzerUnavailable

_LARGEST_BATCH = 64
_ABANDONED_S = 1.0  # what a server gets to finish work that nobody waits for any more
_LOOK_UP_S = 0.25
_LATE = "no answer within the budget; the process was killed"
_HUNG = "no sign of life; the process was killed"

Answer = tuple[Diagnostic, ...]


@dataclass(slots=True, eq=False)
class _Question:
    """A document that waits for its answer; a question that is done was given up.

    Attributes:
        deadline: when the server is killed for it, on the loop's clock; a caller that leaves
            early brings it forward.
    """

    document: Document
    deadline: float
    answer: asyncio.Future[Answer]


class Batcher:
    """Turns concurrent questions into batches, and keeps one bad document from failing others.

    A document that is opened while another is being checked makes ty drop that check, so what
    arrives meanwhile waits for the next batch. When the server dies under a batch, whoever is
    without an answer is asked again alone, so that only the culprit fails. A server that hangs
    may do so for reasons of its own: even a question that was alone is asked once more.
    """

    def __init__(self, server: SupervisedServer) -> None:
        """Feed ``server``, which nobody else uses."""
        self._server = server
        self._waiting: deque[_Question] = deque()
        self._in_work = 0
        self._arrival = asyncio.Event()
        self._loop_task: asyncio.Task[None] | None = None
        self.latencies = Latencies()

    @property
    def busy(self) -> bool:
        """Whether a question waits or is in work."""
        return bool(self._waiting) or self._in_work > 0

    async def ask(self, document: Document, timeout_s: float) -> Answer:
        """Get the diagnostics of a document.

        Raises:
            AnalyzerUnavailable: the server is missing, crashed, or rests.
            AnalyzerTimeout: no answer within ``timeout_s`` seconds.
        """
        loop = asyncio.get_running_loop()
        begun = loop.time()
        question = _Question(document, begun + timeout_s, loop.create_future())
        self._waiting.append(question)
        self._arrival.set()
        if self._loop_task is None or self._loop_task.done():
            self._loop_task = asyncio.create_task(self._run(), name="analyzer-batches")
        try:
            async with asyncio.timeout_at(question.deadline):
                answer = await question.answer
        except TimeoutError as error:
            raise AnalyzerTimeout(f"no answer within {timeout_s:g} s") from error
        except asyncio.CancelledError:
            question.deadline = min(question.deadline, loop.time() + _ABANDONED_S)
            raise
        self.latencies.add((loop.time() - begun) * 1000)
        return answer

    async def aclose(self) -> None:
        """Stop, and fail what waits."""
        if self._loop_task is not None:
            self._loop_task.cancel()
            await asyncio.wait([self._loop_task])

    async def _run(self) -> None:
        batch: list[_Question] = []
        try:
            while True:
                await self._arrival.wait()
                batch = self._next_batch()
                self._in_work = len(batch)
                await self._process(batch)
                self._in_work = 0
                await self._server.recycle_if_bloated()
        finally:
            # Cancelled or broken: nobody may wait for an answer that will never come.
            self._in_work = 0
            for question in (*batch, *self._waiting):
                _fail(question, AnalyzerUnavailable("the analyzer was closed"))
            self._waiting.clear()

    def _next_batch(self) -> list[_Question]:
        batch: list[_Question] = []
        while self._waiting and len(batch) < _LARGEST_BATCH:
            question = self._waiting.popleft()
            if not question.answer.done():
                batch.append(question)
        if not self._waiting:
            self._arrival.clear()
        return batch

    async def _process(self, batch: Sequence[_Question], *, again: bool = True) -> None:
        if not batch:
            return
        try:
            session = await self._server.session()
        except AnalyzerUnavailable as error:
            for question in batch:
                _fail(question, error)
            return
        reason = await self._serve(session, batch)
        postponed = set(self._waiting)
        left = [q for q in batch if not q.answer.done() and q not in postponed]
        if len(batch) > 1 or (again and reason == _HUNG):
            for question in left:
                await self._process([question], again=False)
        else:
            for question in left:
                _fail(question, AnalyzerUnavailable(reason or "the server gave no answer"))

    async def _serve(self, session: Session, batch: Sequence[_Question]) -> str:
        """Ask the server; what it leaves unanswered is without an answer. Gives the reason."""
        opened: list[tuple[_Question, str]] = []
        try:
            for question in batch:
                uri = await self._open(session, question, {uri for _, uri in opened})
                if uri is not None:
                    opened.append((question, uri))
            if reason := await self._pull(session, opened):
                _fail_overdue(batch)
                await self._server.record_timeout(reason)
                return reason
            for _, uri in opened:
                session.close_document(uri)
            await session.workspace.tidy(session.connection)
        except ConnectionLost:
            return await self._server.record_crash()
        return ""

    async def _open(
        self, session: Session, question: _Question, taken: Collection[str]
    ) -> str | None:
        try:
            uri = await session.place(question.document)
            if uri in taken:  # another text for the same file: its turn is the next batch
                self._waiting.append(question)
                self._arrival.set()
                return None
            session.open_document(uri, question.document.text)
        except AnalyzerUnavailable as error:
            _fail(question, error)
            return None
        except UnicodeEncodeError as error:
            _fail(question, AnalyzerUnavailable(f"the text cannot be encoded: {error}"))
            return None
        return uri

    async def _pull(self, session: Session, opened: Sequence[tuple[_Question, str]]) -> str:
        """Pull all; gives why the server must go, when a deadline passed first or it hangs.

        Raises:
            ConnectionLost: the server died.
        """
        pulls = {
            asyncio.create_task(session.pull(uri, question.document.text)): question
            for question, uri in opened
        }
        waiting = set(pulls)
        loop = asyncio.get_running_loop()
        liveness = Liveness(session.connection, loop.time())
        try:
            while waiting:
                patience = min(pulls[task].deadline for task in waiting) - loop.time()
                if patience <= 0:
                    return _LATE
                if liveness.hangs(loop.time()):
                    return _HUNG
                done, waiting = await asyncio.wait(
                    waiting,
                    timeout=min(patience, _LOOK_UP_S),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for task in done:
                    self._settle(pulls[task], task)
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*pulls, return_exceptions=True)
        return ""

    def _settle(self, question: _Question, pull: asyncio.Task[Answer]) -> None:
        try:
            answer = pull.result()
        except ServerRefusal as refusal:
            _fail(question, AnalyzerUnavailable(f"the server refused the document: {refusal}"))
            return
        self._server.record_success()
        if not question.answer.done():
            question.answer.set_result(answer)


def _fail_overdue(batch: Sequence[_Question]) -> None:
    now = asyncio.get_running_loop().time()
    for question in batch:
        if question.deadline <= now:
            _fail(question, AnalyzerTimeout("no answer within the budget; the server was killed"))


def _fail(question: _Question, error: AnalyzerError) -> None:
    if not question.answer.done():
        question.answer.set_exception(type(error)(*error.args))
    with contextlib.suppress(asyncio.CancelledError):
        question.answer.exception()  # marks it as seen: its caller may have gone
