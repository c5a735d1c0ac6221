# What schemathesis is taught for SchemathesisTests.swift.

import itertools
import json

import schemathesis
from urllib3.util import connection

numbers = itertools.count()
connect = connection.create_connection


# Wrong passwords slow their address down, for minutes in the end. So each connection comes from
# an address of its own; all of 127.0.0.0/8 is this machine.
def create_connection(address, *args, **named):
    number = next(numbers)
    named["source_address"] = (f"127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}", 0)
    return connect(address, *args, **named)


connection.create_connection = create_connection


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    documents = value if isinstance(value, list) else [value]
    return "".join(json.dumps(document) + "\n" for document in documents).encode()


# Valid documents come with the same few ids over and over, and with an Idempotency-Key that is
# another one. Most of them get an id that is new, or all but the first would be refused.
@schemathesis.hook
def before_call(context, case, kwargs):
    number = next(numbers)
    if case.meta is None or not case.meta.generation.mode.is_positive or number % 5 == 0:
        return
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"fuzz-{number}"
    if isinstance(case.body, dict) and "id" in case.body:
        case.body["id"] = f"fuzz-{number}"
