"""Slack's Web API: a refusal comes with status 200 and says `"ok": false`.

Source: Slack's pages on the Web API, its methods' errors, and on uploading files.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from config.outbound import BadDestinationError, Outbound
from handoff.bridges.errors import PeerAwayError, PeerError, PeerRefusedError, PeerUnsureError
from handoff.bridges.http import Answer, PeerAddress, PeerHttp
from handoff.bridges.json_values import JsonValue, objects_at, text_at, true_at, value_at

_AWAY = ("ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "accesslimited")
_UNSURE = ("internal_error", "fatal_error", "request_timeout")
_TOKEN = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission")
_CHANNEL = ("channel_not_found", "not_in_channel", "is_archived", "restricted_action", "no_channel")


class NotLetInError(PeerRefusedError):
    """The token opens nothing; with another one, which people write down, it may still go."""


class SlackWeb:
    """One workspace's API, as one of our tokens may use it."""

    def __init__(
        self,
        outbound: Outbound,
        api_url: str,
        token: str,
        file_hosts: Collection[str],
        mends: Mapping[str, str],
    ) -> None:
        """file_hosts: where files may lie beside the API's own host. mends: what to do about a wrong `token`
        and a wrong `channel`."""
        self._outbound, self._token, self._mends = outbound, token, mends
        self._bearer = {"Authorization": f"Bearer {token}"}
        remote = outbound.to(PeerAddress(api_url, headers=self._bearer), secrets=(token,))
        self._http = PeerHttp(remote)
        self._hosts = {urlsplit(api_url).netloc, *file_hosts}

    def call(self, method: str, arguments: Mapping[str, object], *, sure: bool = False) -> JsonValue:
        """Have something done. sure: harmless to repeat. Raises PeerError."""
        return self._told(method, self._http.post(f"/{method}", json=arguments, sure=sure), sure)

    def read(self, method: str, **arguments: object) -> JsonValue:
        """Ask for something; these methods take no JSON. Raises PeerError."""
        query = {name: _written(value) for name, value in arguments.items() if value is not None}
        return self._told(method, self._http.get(f"/{method}", query=query), True)

    def upload(self, name: str, content: bytes, *, into: str = "", comment: str = "") -> str:
        """Keep a file that nobody sees yet; whoever writes its address, which this gives, shows it there.

        into: the channel that shows it at once, with a comment.
        """
        place = self.read("files.getUploadURLExternal", filename=name, length=len(content))
        url, id_ = text_at(place, "upload_url"), text_at(place, "file_id")
        self._elsewhere(url, {}).post("", body=content, sure=True)
        files: list[dict[str, str]] = [{"id": id_, "title": name}]
        shown = {"channel_id": into, **({"initial_comment": comment} if comment else {})} if into else {}
        done = self.call("files.completeUploadExternal", {"files": files, **shown}, sure=not into)
        found = text_at(done, "files", 0, "permalink")
        if not found:
            raise PeerRefusedError(f"Slack has not said where the file {name} is")
        return found

    def download(self, url: str, most: int) -> bytes:
        """A file's bytes; raises PeerRefusedError for an address that is not Slack's."""
        return self._elsewhere(url, self._bearer).get("", most=most).body

    def name_of(self, user: str) -> str:
        """What somebody is called by those who write with them."""
        told = value_at(self.read("users.info", user=user), "user")
        paths = (("profile", "display_name"), ("profile", "real_name"), ("real_name",), ("name",))
        return next((name for path in paths if (name := text_at(told, *path).strip())), user)

    def thread(self, channel: str, root: str, after: str = "0") -> list[dict[str, JsonValue]]:
        """A thread's messages that are newer than `after`, oldest first, its first message among them."""
        return self._paged(
            "conversations.replies",
            {"channel": channel, "ts": root, "oldest": after, "include_all_metadata": True},
        )

    def roots(self, channel: str, after: str, *, most_pages: int = 5) -> list[dict[str, JsonValue]]:
        """A channel's messages that are newer than `after`, the newest first; the first of each thread."""
        return self._paged(
            "conversations.history",
            {"channel": channel, "oldest": after, "include_all_metadata": True},
            most_pages,
        )

    def root(self, channel: str, ts: str) -> dict[str, JsonValue] | None:
        """One message of a channel, None if it is not there any more."""
        told = self.read(
            "conversations.history",
            channel=channel,
            latest=ts,
            inclusive=True,
            limit=1,
            include_all_metadata=True,
        )
        return next((each for each in objects_at(told, "messages") if text_at(each, "ts") == ts), None)

    def _paged(
        self, method: str, asked: Mapping[str, object], most_pages: int = 20
    ) -> list[dict[str, JsonValue]]:
        found: list[dict[str, JsonValue]] = []
        cursor: str | None = None
        for _ in range(most_pages):
            told = self.read(method, **asked, limit=200, cursor=cursor)
            found += objects_at(told, "messages")
            cursor = text_at(told, "response_metadata", "next_cursor")
            if not cursor:
                break
        return found

    def _elsewhere(self, url: str, headers: Mapping[str, str]) -> PeerHttp:
        try:
            known = urlsplit(url).netloc in self._hosts
        except ValueError:
            known = False
        if not known:
            raise PeerRefusedError("the file is at an address that is not Slack's, where nothing is asked")
        try:
            return PeerHttp(self._outbound.to(PeerAddress(url, headers=headers), secrets=(self._token,)))
        except BadDestinationError as error:
            raise PeerRefusedError(str(error)) from error

    def _told(self, method: str, answer: Answer, sure: bool) -> JsonValue:
        try:
            told = answer.json()
        except PeerRefusedError as error:
            # A page of somebody's in between: what Slack did before is not known.
            raise (PeerAwayError if sure else PeerUnsureError)(error.says) from error
        if true_at(told, "ok"):
            return told
        raise self._refusal(method, text_at(told, "error") or "nothing that can be read", told, sure)

    def _refusal(self, method: str, error: str, answer: JsonValue, sure: bool) -> PeerError:
        says = f"Slack answers {method} with {error}"
        if error in _AWAY or (error in _UNSURE and sure):
            return PeerAwayError(says)
        if error in _UNSURE:
            return PeerUnsureError(says)
        if error == "missing_scope":
            needed = text_at(answer, "needed")
            return PeerRefusedError(f"{says}; give the app the scope {needed} and install it again")
        if error in _TOKEN:
            return NotLetInError(f"{says}; {self._mends['token']}")
        mend = self._mends.get("channel", "") if error in _CHANNEL else ""
        return PeerRefusedError(f"{says}; {mend}" if mend else says)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)
