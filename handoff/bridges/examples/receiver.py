"""The other side of `bridge = ".webhook"`, to start from: `FIRSTLINE=… SECRET=… flask --app receiver run`."""

import base64
import hmac
import os
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen

from flask import Flask, abort, json, render_template_string, request

PAGE = """<!doctype html><html lang="en"><title>Cases</title>{% for key, case in cases.items() %}
<h1>{{ case.subject }} ({{ case.status }})</h1><pre>{{ case.transcript }}</pre>
{% for post in case.posts.values() %}<h2>{{ post.author }}</h2><pre>{{ post.text }}</pre>{% endfor %}
<form method="post"><input type="hidden" name="case" value="{{ key }}"><label>Name <input name="name"></label>
<label>Text <textarea name="text"></textarea></label><button name="type" value="agent.replied">Answer</button>
<button name="type" value="agent.noted">Note</button><button name="type" value="case.status">Resolve</button>
</form>{% endfor %}"""


def create_app(url: str = "", secret: str = "") -> Flask:
    app, cases = Flask(__name__), dict[str, Any]()  # keep them in your database
    url, secret = url or os.environ["FIRSTLINE"], secret or os.environ["SECRET"]

    def signed(id: str, at: str, body: bytes) -> bytes:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        return b"v1," + base64.b64encode(hmac.digest(key, f"{id}.{at}.".encode() + body, "sha256"))

    @app.post("/firstline")
    def take() -> dict[str, str]:
        id, at, given = (request.headers.get(f"webhook-{it}", "") for it in ("id", "timestamp", "signature"))
        right = [hmac.compare_digest(signed(id, at, request.data), each.encode()) for each in given.split()]
        if not any(right) or abs(datetime.now(UTC).timestamp() - int(at)) > 300:
            abort(401)
        type, data = request.json["type"], request.json["data"]
        if type == "case.opened":
            first = data["note"] | {"author": "Summary"}
            cases.setdefault(data["handoff_id"], data | {"status": "open", "posts": {"": first}})
        elif type == "case.posted":
            cases[data["key"]]["posts"][id] = data  # a repeated one has the same id
        elif type == "case.updated":
            cases[data["key"]] |= {"status": data.get("status", cases[data["key"]]["status"])}
        elif type == "case.erased":
            cases.pop(data["key"], None)
        return {}

    @app.route("/", methods=["GET", "POST"])
    def page() -> str:
        if request.method == "POST":
            form, now = request.form.to_dict(), datetime.now(UTC)
            id = f"{form['case']}.{now.timestamp()}"
            done = form | {"id": id, "author": {"name": form["name"]}, "status": "resolved"}
            body = json.dumps({"type": form["type"], "timestamp": now.isoformat(), "data": done}).encode()
            sign = signed(id, at := str(int(now.timestamp())), body).decode()
            headers = {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": sign}
            urlopen(Request(url, body, headers), timeout=10).close()  # on an error post it again, the same id
            cases[form["case"]]["posts"][id] = {"author": form["name"], "text": form["text"]}
        return render_template_string(PAGE, cases=cases)

    return app
