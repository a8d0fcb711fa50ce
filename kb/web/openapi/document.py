"""The OpenAPI 3.1 document of the studio's JSON, made of the table of operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

from flask import Blueprint, Response, jsonify

from kb.web.openapi.articles import ARTICLES
from kb.web.openapi.growth import GROWTH
from kb.web.openapi.learnt_shapes import LEARNT
from kb.web.openapi.operation import JSON, Operation, Tag, code_of
from kb.web.openapi.schemas import Schema, by_name, may_have, ref, text, thing, whole
from kb.web.openapi.shapes import LANGUAGE, SHAPES
from kb.web.openapi.speech import SPEECH
from kb.web.openapi.spoken_shapes import SPOKEN

BASE = "/kb/api"
VERSION = "1"

ABOUT = """\
Everything that editors do in the studio, for programs. Every body and every reply is one JSON object, \
except where files go in or out.

**Signing in.** `firstline staff key add EMAIL NAME` prints a key that may do what its owner may; send it as \
`Authorization: Bearer KEY`. Pages of the studio use their session's cookie instead, with its token in \
`X-CSRF-Token` on whatever changes something.

**Refusals** are `{"error": {"code", "message"}}`: a code for programs and a sentence that says the way out, \
in the language of `Accept-Language`. Each operation lists its codes.

**Two at once.** What changes an article takes the `version` that you have seen. If somebody saved since, it \
is 409 `stale`, with what is there now under `error.newer`; nothing is overwritten.

**Ids** may hold slashes; in an address, percent-encode them (`%2F`). Times are RFC 3339, with their offset. \
Text holds no NUL and no half of a surrogate pair. A body has at most 2 MB: pictures 10, imports 20.
"""

OURSELVES = Tag(
    "This API",
    "The document that you read, and the session behind a page.",
    (
        Operation(
            "get",
            "/openapi.json",
            "readDocument",
            "This document",
            by_name({}),
        ),
        Operation(
            "get",
            "/session",
            "readSession",
            "The token for `X-CSRF-Token`, for a page that outlived its session",
            thing(csrf=text("Empty with a key, which needs none.")),
        ),
    ),
)

TAGS = (*ARTICLES, *GROWTH, *SPEECH, OURSELVES)

NAMES: Mapping[str, Schema] = {
    "article": text("The article's id.", example="reset-your-hub"),
    "revision": whole("Its number.", least=1),
    "gap": whole("The gap's number.", least=1),
    "case": whole("The agents' case.", least=1),
    "job": text("As the preview was named when it began."),
    "name": text("The text's name.", example="utter_greet"),
    "language": LANGUAGE,
    "example": whole("The example's number.", least=1),
    "candidate": whole("The model's number."),
}
"""What stands in the braces of paths."""

_EVERYWHERE = ((401, "signed_out"), (401, "wrong_key"), (403, "role_missing"))
_CHANGES = ((403, "forged_request"),)
_BODY = ((400, "bad_request"), (413, "body_too_large"), (415, "unsupported_media_type"))
_FIELDS = ((422, "field_invalid"),)


def document(tags: Sequence[Tag] = TAGS, *, server: str = "") -> dict[str, object]:
    """The whole document, ready for JSON. server: its address; "" is the one that the document comes from."""
    paths: dict[str, dict[str, object]] = defaultdict(dict)
    for tag in tags:
        for operation in tag.operations:
            paths[operation.path][operation.method] = _operation(tag, operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Firstline's studio", "version": VERSION, "description": ABOUT},
        "servers": [{"url": f"{server}{BASE}"}],
        "security": [{"key": []}, {"session": [], "token": []}],
        "tags": [{"name": tag.name, "description": tag.says} for tag in tags],
        "paths": paths,
        "components": {
            "schemas": {**SHAPES, **LEARNT, **SPOKEN, "Error": _error(), "Stale": _stale()},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "`firstline staff key add`"},
                "session": {"type": "apiKey", "in": "cookie", "name": "firstline_staff"},
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-CSRF-Token",
                    "description": "The session's; for whatever changes something.",
                },
            },
        },
    }


def openapi_api(*, bot: bool) -> Blueprint:
    """bot: whether one runs beside this room, whose words and examples are edited here."""
    api = Blueprint("kb_openapi", __name__, url_prefix=BASE)
    tags = TAGS if bot else tuple(tag for tag in TAGS if tag not in SPEECH)

    @api.get("/openapi.json")
    def here() -> Response:
        return jsonify(document(tags))

    return api


def _operation(tag: Tag, one: Operation) -> dict[str, object]:
    said: dict[str, object] = {"tags": [tag.name], "operationId": one.name, "summary": one.summary}
    if one.says:
        said["description"] = one.says
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": NAMES[name]} for name in one.names
    ] + [
        {"name": name, "in": "query", "description": each.says, "schema": each.schema}
        | ({"required": True} if each.needed else {})
        for name, each in one.asks.items()
    ]
    if parameters:
        said["parameters"] = parameters
    if one.takes is not None:
        said["requestBody"] = {"required": True, "content": {JSON: {"schema": one.takes}}}
    elif one.sent:
        said["requestBody"] = {"required": True, "content": {kind: {} for kind in one.sent}}
    said["responses"] = _responses(one)
    return said


def _responses(one: Operation) -> dict[str, object]:
    told: dict[str, object] = {
        str(one.status): {"description": "Done.", "content": {one.given: {"schema": one.gives}}}
    }
    for status, codes in sorted(_refusals(one).items()):
        schema = _refusal(codes)
        if status in one.also:
            schema = {"anyOf": [one.gives, schema]}
        told[str(status)] = {
            "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}",
            "content": {JSON: {"schema": schema}},
        }
    return told


def _refusals(one: Operation) -> dict[int, list[str]]:
    """The codes that the operation may be refused with, by status."""
    changes = one.method != "get"
    takes = one.takes is not None
    known = [*_EVERYWHERE]
    known += _CHANGES if changes else ()
    known += _BODY if takes else ((413, "body_too_large"), (415, "unsupported_media_type")) if changes else ()
    known += _FIELDS if takes or one.asks else ()
    known += ((404, "not_found"),) if one.names else ()
    known += ((error.status, code_of(error)) for error in one.raises)
    by_status: dict[int, list[str]] = defaultdict(list)
    for status, code in known:
        if code not in by_status[status]:
            by_status[status].append(code)
    return by_status


def _refusal(codes: Iterable[str]) -> Schema:
    """An error with one of these codes; a stale one brings what is there now."""
    shape = ref("Stale") if "stale" in codes else ref("Error")
    named = {"properties": {"error": {"properties": {"code": {"enum": list(codes)}}}}}
    return {"allOf": [shape, named]}


def _error() -> Schema:
    return thing(error=thing(code=text("For programs."), message=text("Says the way out.")))


def _stale() -> Schema:
    """An error that may say what somebody else has saved."""
    newer = {
        "type": "object",
        "description": "What is there now; its `version` is the one to send next.",
    }
    return thing(
        error=may_have(thing(code=text("For programs."), message=text("Says the way out.")), newer=newer)
    )
