import asyncio

import pytest

from autovet.adapters.lsp.circuit_breaker import CircuitBreaker
from autovet.adapters.lsp.diagnostic import read_diagnostics
from autovet.adapters.lsp.framing import MalformedMessage, encode, read_message
from autovet.adapters.lsp.latencies import Latencies, percentile
from autovet.adapters.lsp.rule_table import sentence
from autovet.domain.fix import Safety
from autovet.domain.span import Span


def read_all(data: bytes):
    async def main():
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        messages = []
        while (message := await read_message(reader)) is not None:
            messages.append(message)
        return messages

    return asyncio.run(main())


def test_messages_survive_the_frame():
    sent = [{"id": 1, "text": "naïve 😀\r\n\r\n"}, {"id": 2}]
    assert read_all(b"".join(map(encode, sent))) == sent


def test_a_message_that_breaks_off_is_the_end():
    assert read_all(encode({"id": 1}) + b"Content-Length: 20\r\n\r\n{") == [{"id": 1}]


@pytest.mark.parametrize(
    "data",
    [
        b"hello\n\n",
        b"\r\n\r\n",
        b"Content-Length: many\r\n\r\n{}",
        b"Content-Length: 99999999999\r\n\r\n{}",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 3\r\n\r\n{x}",
        b"Content-Length: 2\r\n\r\n\xff\xff",
        b"x" * 100_000,
        b"Content-Le",
    ],
)
def test_what_is_no_message_is_malformed(data):
    with pytest.raises(MalformedMessage):
        read_all(data)


def test_a_lone_surrogate_cannot_be_framed():
    with pytest.raises(UnicodeEncodeError):
        encode({"text": "\ud800"})


def report(start: int, end: int, **more):
    area = {"start": {"line": 1, "character": start}, "end": {"line": 1, "character": end}}
    return {"items": [{"code": "X", "message": "m", "severity": 2, "range": area, **more}]}


@pytest.mark.parametrize(
    ("encoding", "start", "end"), [("utf-32", 2, 4), ("utf-16", 3, 5), ("utf-8", 5, 8)]
)
def test_columns_count_characters_in_every_encoding(encoding, start, end):
    text = "first\r\na😀bé!\n"
    [found] = read_diagnostics(report(start, end), text, encoding)
    assert found.span == Span(2, 3, 2, 5)


def test_an_end_on_the_line_after_the_last_is_kept():
    area = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
    items = {"items": [{"code": "X", "message": "m", "range": area}]}
    assert read_diagnostics(items, "x = 1", "utf-16")[0].span == Span(1, 1, 2, 1)


def edit(text: str):
    area = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
    return {"range": area, "newText": text}


def test_a_safe_fix_is_likely_and_an_unsafe_one_is_for_a_person():
    for safe, safety in ((True, Safety.LIKELY), (False, Safety.MANUAL)):
        data = {"edits": [edit("y")], "title": "Rename", "is_preferred": safe}
        fix = read_diagnostics(report(0, 1, data=data), "", "utf-32")[0].fix
        assert (fix.message, fix.safety, fix.edits[0].text) == ("Rename", safety, "y")


def test_edits_by_file_count_only_for_a_single_file():
    for files, count in ((["a"], 1), (["a", "b"], 0)):
        data = {"edits": {name: [edit("await ")] for name in files}, "fix_title": "t"}
        assert len(read_diagnostics(report(0, 1, data=data), "", "utf-32")[0].edits) == count


def test_a_fix_that_would_write_a_comment_is_not_offered():
    data = {"edits": [edit("x = 1  # noq_")], "title": "t", "is_preferred": True}
    assert read_diagnostics(report(0, 1, data=data), "", "utf-32")[0].fix is None


@pytest.mark.parametrize("answer", [None, [], {}, {"items": [1]}, {"items": [{"code": "X"}]}])
def test_what_is_no_report_is_an_error(answer):
    with pytest.raises(ValueError, match="not a diagnostic report"):
        read_diagnostics(answer, "", "utf-32")


def test_the_breaker_rests_longer_each_time_and_forgets_after_a_success():
    now = [0.0]
    breaker = CircuitBreaker(
        threshold=2, first_rest_s=1, longest_rest_s=3, monotonic=lambda: now[0]
    )
    assert breaker.record_failure() == 0
    assert breaker.record_failure() == 1
    assert breaker.rest_left_s == 1
    now[0] = 1.5
    assert breaker.rest_left_s == 0  # a trial is allowed
    assert breaker.record_failure() == 2
    assert breaker.record_failure() == 3
    assert breaker.record_failure() == 3
    breaker.record_success()
    assert breaker.rest_left_s == 0
    assert breaker.record_failure() == 0


def test_latencies_keep_the_latest():
    latencies = Latencies(size=3)
    for value in (9.0, 1.0, 2.0, 3.0):
        latencies.add(value)
    assert (latencies.latest, latencies.count) == ((1.0, 2.0, 3.0), 4)
    assert percentile(latencies.latest, 0.5) == 2.0
    assert percentile((), 0.5) is None


def test_a_sentence_says_what_and_why():
    assert sentence("`os` is unused.", "It costs time") == "`os` is unused: it costs time"
    assert sentence("Too many: 3", "The call fails") == "Too many: 3; the call fails"
    assert sentence("Bad", "SQL runs") == "Bad: SQL runs"
