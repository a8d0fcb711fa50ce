"""SMS by Twilio: customers write to the company's number, and choose by writing a reply's number.

Source: Twilio's pages on incoming messages, request validation, the Messages resource and its media.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qs

from bot.channels import Around, Gone, Lost, Said, SentFile, Wire
from bot.channels.calling import Calls, fetched
from bot.channels.guides import guide_of
from bot.channels.plain import numbered, pieces
from bot.channels.signing import same
from bot.conversation import Message
from bot.dialogue.wiring import Endpoint
from bot.errors import NotDeliveredError
from config.plug_settings import A_URL, Rule
from handoff.bridges import RawReply, RawRequest, Step
from handoff.bridges.errors import BadRequestError, BadSignatureError
from handoff.bridges.json_values import text_at

MOST_TEXT = 1_500
"""UTF-16 units of a message; Twilio takes 1,600 and cuts them into as many SMS as it takes."""

MOST_FILE = 5 * 2**20
"""Bytes of a picture in an MMS."""

MOST_MEDIA = 10
NO_WORDS = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_GONE = ("failed", "undelivered")

_AN_ACCOUNT = Rule(
    "must be an account's SID: AC and 32 letters and digits",
    lambda value: len(str(value)) == 34 and str(value).startswith("AC") and str(value).isalnum(),
)
_A_SENDER = Rule(
    'must be a number such as "+4721000000", or the SID of a messaging service, which begins with MG',
    lambda value: (
        str(value).startswith("MG")
        or (str(value).startswith("+") and str(value).removeprefix("+").isdecimal())
    ),
)


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """`[channels.twilio]`. sender: the number that customers write to, or a messaging service."""

    account_sid: Annotated[str, _AN_ACCOUNT]
    auth_token: str = field(repr=False)
    sender: Annotated[str, _A_SENDER]
    api_url: Annotated[str, A_URL] = "https://api.twilio.com"
    file_hosts: tuple[str, ...] = ("api.twilio.com", ".twiliocdn.com", "s3-external-1.amazonaws.com")


class TwilioChannel:
    """A conversation is a customer's number."""

    name = "twilio"
    output = "twilio"
    pushes = True
    shows_files = False
    delivers = True
    most_file = MOST_FILE

    def __init__(self, settings: TwilioSettings, around: Around) -> None:
        self._settings, self._around = settings, around
        self._auth = (settings.account_sid, settings.auth_token)
        mend = f"see {around.given.where('auth_token')}"
        remote = around.outbound.to(Endpoint(settings.api_url, basic_auth=self._auth))
        self._calls = Calls(remote, around.clock, mends={401: mend})
        self._account = f"/2010-04-01/Accounts/{settings.account_sid}"

    @classmethod
    def open(cls, around: Around) -> TwilioChannel:
        return cls(around.given.read(TwilioSettings), around)

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        sender = self._settings.sender
        who = "MessagingServiceSid" if sender.startswith("MG") else "From"
        about: Wire = {"To": address, who: sender}
        if self._around.our_url:
            about["StatusCallback"] = f"{self._around.our_url}/channels/twilio?message={message.number}"
        texts = pieces(numbered(message, self._around.our_url), MOST_TEXT)
        return tuple({**about, "Body": text} for text in texts)

    def carry(self, wire: Wire, name: str) -> None:
        form = {key: str(value) for key, value in wire.items()}
        self._calls.post(f"{self._account}/Messages.json", form=form)

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        """Over the address as Twilio has it, so `[server] public_url` must be right."""
        signed = request.url + "".join(
            f"{name}{value}"
            for name, values in sorted(_form(request).items())
            for value in sorted(set(values))
        )
        digest = hmac.new(self._settings.auth_token.encode(), signed.encode("utf-8", "replace"), hashlib.sha1)
        if not same(request.headers.get("x-twilio-signature"), base64.b64encode(digest.digest()).decode()):
            raise BadSignatureError(
                "X-Twilio-Signature is not of this address and the `auth_token` of the settings; "
                "see that [server] public_url is what Twilio calls"
            )

    def parse(self, request: RawRequest) -> Sequence[Said | Gone | Lost]:
        form = {name: values[0] for name, values in _form(request).items()}
        number = request.query.get("message", "")
        if number.isdecimal():
            code = form.get("ErrorCode") or "no code"
            if form.get("MessageStatus") not in _GONE:
                return ()
            return (Lost(form.get("To", ""), int(number), f"the phone network did not bring it ({code})"),)
        address, sid = form.get("From", ""), form.get("MessageSid", "")
        if not address or not sid:
            raise BadRequestError("it has no From or no MessageSid")
        told = form.get("NumMedia", "0")
        media = range(min(int(told), MOST_MEDIA) if told.isdecimal() else 0)
        files = [
            SentFile(url, f"media-{place + 1}.{form.get(f'MediaContentType{place}', '').rpartition('/')[2]}")
            for place in media
            if (url := form.get(f"MediaUrl{place}"))
        ]
        return (Said(address, sid, form.get("Body", ""), files=tuple(files), name=address),)

    def taken(self, request: RawRequest) -> RawReply:
        return RawReply(200, NO_WORDS, "text/xml; charset=utf-8")

    def fetch(self, file: SentFile) -> bytes:
        hosts = self._settings.file_hosts
        return fetched(self._around.outbound, file.key, hosts, MOST_FILE, basic_auth=self._auth)

    def check(self) -> Sequence[Step]:
        where = self._around.given.where
        try:
            told = self._calls.get(f"{self._account}.json")
        except NotDeliveredError as error:
            mend = f"see {where('account_sid')} and {where('auth_token')}"
            return [Step("account", False, str(error), mend)]
        active = text_at(told, "status") == "active"
        says = f"the account {text_at(told, 'friendly_name')} is {text_at(told, 'status') or 'unknown'}"
        steps = [Step("account", active, says, "" if active else "see Twilio's console")]
        if active and not self._around.our_url.startswith("https://"):
            mend = "write the public https:// address into [server] public_url"
            steps.append(Step("webhook", False, "Twilio signs the public address, which is not known", mend))
        return steps

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide_of("twilio", webhook_url)


def _form(request: RawRequest) -> dict[str, list[str]]:
    """What was posted; blank values count, for they are signed. Raises BadRequestError."""
    try:
        return parse_qs(request.body.decode("ascii"), keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise BadRequestError(f"its body is no form ({error})") from None


PLUG = TwilioChannel
