"""Whether a bridge to Matrix would work: reached, let in, in the lobby, and reached back; step by step."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from handoff.bridges import Step
from handoff.bridges.errors import PeerError
from handoff.bridges.http import PeerHttp
from handoff.bridges.json_values import text_at, texts_at
from handoff.bridges.matrix.settings import MatrixSettings


def check(settings: MatrixSettings, http: PeerHttp) -> Iterator[Step]:
    """Each step in turn, up to the first that fails."""
    step, mend = "reach the homeserver", "[bridges.matrix] url: where the team's clients reach it"
    try:
        versions = texts_at(http.get("/client/versions").json(), "versions")
        yield Step(step, True, f"it speaks {versions[-1] if versions else 'Matrix'}")
        step, mend = "be let in", "[bridges.matrix] as_token: as the registration file has it"
        user = text_at(http.get("/client/v3/account/whoami").json(), "user_id")
        if user != settings.bot:
            mend = (
                "[bridges.matrix] user is the registration's sender_localpart, server what follows the colon"
            )
            yield Step(step, False, f"we are {user} there, and should be {settings.bot}", mend)
            return
        yield Step(step, True, f"as {user}")
        step, mend = "be in the lobby", f"make the room {settings.lobby}, and invite {settings.bot} to it"
        http.post(f"/client/v3/join/{quote(settings.lobby, safe='')}", json={}, sure=True)
        yield Step(step, True, settings.lobby)
        step = "be reached by the homeserver"
        mend = "the registration's url must be the address that the guide names, and reach us from there"
        http.post(f"/client/v1/appservice/{quote(settings.id, safe='')}/ping", json={}, sure=True)
        yield Step(step, True, "it reaches us, with the right hs_token")
    except PeerError as error:
        yield Step(step, False, error.says, mend)
