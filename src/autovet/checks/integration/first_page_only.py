"""A list request that takes the first page for the whole.

Finds requests that ask for a page or a page size, and list calls of cloud clients, outside any loop,
in functions that return or use what came back as if it were all, and that never look at a next page.

With the hundred-and-first item the result is silently wrong: reports miss orders, clean-ups miss
files.

Follow the next link, the cursor or the token until there is none; boto3 has ``get_paginator``. A
function that takes the page as an argument leaves that to its caller, and is left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import path_of
from autovet.checks.vocabulary.http_calls import http_call, keyword
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("first-page-only", Category.INTEGRATION, confidence=0.8)

_PAGING = frozenset({"page", "per_page", "limit", "page_size", "pagesize", "offset", "cursor", "maxresults", "max_results", "pagelen", "count", "start", "first", "$top", "size"})  # fmt: skip
_GETS = frozenset({"get", "request"})
_SELECTS_ONE = frozenset({"1", "sort", "order", "order_by"})
_FOLLOWS = ("next", "cursor", "has_more", "istruncated", "lastevaluatedkey", "continuationtoken", "nexttoken", "paginat", "total_pages", "links", "nextmarker", "offset", "more_pages", "page_token", "pagetoken")  # fmt: skip
_AWS_KEYWORDS = frozenset(
    {"Bucket", "TableName", "Prefix", "KeyConditionExpression", "FilterExpression"}
)
_FEW = (
    "latest",
    "recent",
    "last",
    "first",
    "top",
    "newest",
    "one",
    "sample",
    "preview",
    "search",
    "find",
    "page",
    "newest",
)
_AWS_LISTS = frozenset({"list_objects_v2", "list_objects", "scan", "query", "describe_instances", "list_users", "list_functions", "describe_log_groups", "list_keys", "list_queues", "describe_volumes", "list_roles", "describe_snapshots", "list_buckets_v2", "list_secrets"})  # fmt: skip

BAD = (
    """
import boto3

def animals():
    table = boto3.resource("dynamodb").Table("animals")
    return table.scan()["Items"]  # <--

class Photos:
    def __init__(self, s3):
        self.s3 = s3

    def names(self):
        return [o["Key"] for o in self.s3.list_objects_v2(Bucket="photos")["Contents"]]  # <--
""",
    """
import httpx

def visits(base):
    answer = httpx.get(f"{base}/visits", params={"cursor": "", "limit": 40}, timeout=5)  # <--
    answer.raise_for_status()
    return answer.json()["visits"]
""",
    """
import requests

def all_parcels(base):
    answer = requests.get(f"{base}/parcels", params={"per_page": 100}, timeout=5)  # <--
    answer.raise_for_status()
    return answer.json()
""",
    """
import boto3
import httpx

def names(bucket):
    client = boto3.client("s3")
    found = client.list_objects_v2(Bucket=bucket)  # <--
    return [item["Key"] for item in found["Contents"]]

class Couriers:
    def __init__(self, client: httpx.Client):
        self.client = client

    def couriers(self):
        answer = self.client.get("/couriers?page=1&limit=50")  # <--
        answer.raise_for_status()
        return answer.json()["results"]
""",
)

GOOD = (
    """
import requests

def all_parcels(base):
    page = 1
    while True:
        answer = requests.get(f"{base}/parcels", params={"page": page}, timeout=5)
        answer.raise_for_status()
        if not answer.json():
            return
        yield from answer.json()
        page += 1

def parcels(base, page):
    return requests.get(f"{base}/parcels", params={"page": page}, timeout=5)

def latest_parcel(base):
    return requests.get(f"{base}/parcels", params={"limit": 1}, timeout=5)
""",
    """
import boto3

def names(bucket):
    client = boto3.client("s3")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [item["Key"] for page in pages for item in page["Contents"]]

def some(bucket):
    return boto3.client("s3").list_objects_v2(Bucket=bucket, MaxKeys=3)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the request."""
    func = call.func
    if not isinstance(func, ast.Attribute) or module.is_test:
        return
    if func.attr in _AWS_LISTS:
        if type_of(func.value, module) not in {"boto3.client", "boto3.resource"} and not (
            any(k.arg in _AWS_KEYWORDS for k in call.keywords) or _is_table(func.value, module)
        ):
            return
        if keyword(call, "MaxKeys") or keyword(call, "Limit"):
            return
        asked = func.attr
    elif func.attr in _GETS:
        request = http_call(call, module)
        if request is None or request.method != "GET":
            return
        asked = _page_asked_for(call, request.url)
    else:
        return
    function = module.function_of(call) if asked else None
    if function is None or module.loop_of(call) is not None or _follows(function, call):
        return
    if func.attr in _GETS and (_takes_page(function) or _asks_for_few(function)):
        return
    yield module.finding(
        RULE,
        call,
        f"only the first page is read ({asked}), and what comes after it is silently left out: follow the "
        "next page until there is none",
        evidence={"asked": asked},
    )


def _is_table(receiver: ast.expr, module: Module) -> bool:
    """Whether a value is ``resource.Table(...)`` of DynamoDB."""
    value = module.assigned(receiver) or receiver
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr == "Table"
        and type_of(value.func.value, module) == "boto3.resource"
    )


def _page_asked_for(call: ast.Call, url: ast.expr | None) -> str:
    """The constant paging parameter of a request; empty when there is none, or it asks for one item."""
    given = keyword(call, "params")
    if isinstance(given, ast.Dict):
        for key, value in zip(given.keys, given.values, strict=True):
            if isinstance(key, ast.Constant) and str(key.value).lower() in _PAGING:
                plain = (
                    isinstance(value, ast.Constant) and str(value.value) not in _SELECTS_ONE
                ) or key.value == "page"
                named = path_of(value).rpartition(".")[2]
                if plain or named.isupper() or "." in path_of(value):
                    return f"{ast.literal_eval(key)}={ast.unparse(value)}"
    for part in ast.walk(url) if url is not None else ():
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and "?" in part.value:
            for pair in part.value.partition("?")[2].split("&"):
                name, _, number = pair.partition("=")
                if (
                    name.lower() in _PAGING and number.isdigit() and number != "1"
                ) or name == "page":
                    return pair
    return ""


def _follows(function: FunctionNode, request: ast.Call) -> bool:
    """Whether the function knows of further pages."""
    own = set(ast.walk(request))  # what it asks for says nothing about what it reads
    for node in ast.walk(function):
        if node in own:
            continue
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value if len(node.value) < 30 else ""
        elif isinstance(node, (ast.Name, ast.Attribute)):
            text = path_of(node).rpartition(".")[2]
        if any(word in text.lower() for word in _FOLLOWS):
            return True
    return False


def _takes_page(function: FunctionNode) -> bool:
    names = {a.arg.lower() for a in [*function.args.args, *function.args.kwonlyargs]}
    return bool(names & _PAGING) or "params" in names


def _asks_for_few(function: FunctionNode) -> bool:
    return any(word in function.name.lower() for word in _FEW)
