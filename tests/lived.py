"""A customer whose words are everywhere in the house, and every byte of it to look for them in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from bot.conversation import Message
from bot.opening import House
from bot.store.visitors import VisitorStore
from bot.understanding.model import read_model, write_model
from bot.understanding.remembering import RememberingEmbedder
from bot.vouching import Visitor
from handoff.aids.canned import Canned
from handoff.store.search_queries import SearchFilters
from handoff.verbs.agent import Agent
from handoff.verbs.custom_fields import FieldDefinition
from kb.coaching.examples import Examples
from tests.driver import Customer, Driver

CANARY = "zwitscherling"
NAME, EMAIL = "Maya Quastenflosser", f"maya@{CANARY}.example"
ADA = Agent("ada@nettly.example", "Ada", frozenset({"admin"}))
LIV = Agent("liv@nettly.example", "Liv", frozenset({"supervisor"}))
TAUGHT = f"the {CANARY} lamp in my hall says nope"


def lives_through(house: Driver) -> Customer:
    """A verified customer meets everything there is; each room has their words by then.

    Bob comes last, and how he was read is told by what the model learnt from them.
    """
    rooms = house.opened
    rooms.handoff.fields.save(FieldDefinition("serial", "text"), ADA)
    canned = Canned(0, "about", "About it", {"en": "About your {{fact.order}}, {{customer.name}}."})
    rooms.handoff.aids.canned.save(canned, ADA, teams=())
    maya = house.customer()
    notice = rooms.privacy.consents.notices.of("en")
    assert notice is not None
    rooms.privacy.consents.agree(maya.conversation, notice.version)
    visitor = Visitor(f"id-{CANARY}", NAME, EMAIL)
    VisitorStore(rooms.database, rooms.clock).join(maya.conversation, visitor)
    _talks_to_the_bot(rooms, maya)
    _talks_to_people(house, maya)
    _teaches(rooms, maya)
    return maya


def _talks_to_the_bot(rooms: House, maya: Customer) -> None:
    maya.says(f"How long do I have to return a {CANARY}?")
    maya.taps("Yes, it did")
    maya.says(f"How do I reset my hub, the one beside the {CANARY}?")
    maya.taps("No, it didn't")
    maya.says(TAUGHT)
    maya.says(f"I want to talk to a person about my {CANARY}!!!")
    file = rooms.files.keep(maya.conversation, f"{CANARY}.txt", f"the {CANARY} itself".encode())
    rooms.chat.receive(maya.conversation, "f1", f"This is my {CANARY}", files=(file,))
    maya.says(f"My {CANARY} order is NT-10427, my name is {NAME} and my e-mail is {EMAIL}")


def _talks_to_people(house: Driver, maya: Customer) -> None:
    rooms, ines = house.opened, house.agent("Ines")
    room, by = rooms.handoff, ines.agent
    (case,) = ines.queue()
    ines.claims(case)
    room.seats.save_member(LIV.email, LIV.name, by=ADA.email)
    room.aids.presence.says(LIV, case.number, "noting")
    room.aids.drafts.put(case.number, LIV, "note", f"A {CANARY} is")
    file = room.aids.files.keep(room.desk.case(case.number), by, f"{CANARY}.txt", CANARY.encode())
    ref = room.aids.files.refs(case.number, [file.capability])
    room.desk.reply(case.number, by, f"About your {CANARY}: it is on its way.", "r2", ref)
    ines.notes(case, f"@Liv do you know a {CANARY}?")
    room.desk.follow_up(
        case.number,
        by,
        rooms.clock.now() + timedelta(days=1),
        f"Ask for {CANARY}",
        "call_back",
        "+4722334455",
    )
    room.desk.set_fields(case.number, by, {"serial": CANARY})
    room.desk.label(case.number, by, [CANARY])
    room.desk.set_priority(case.number, by, "high", f"The {CANARY} is urgent")
    room.mailing.transcript(case.number, by.email, EMAIL)
    assert room.aids.search.find(CANARY, SearchFilters()).found
    assert NAME in str(room.aids.canned.filled(room.desk.case(case.number), by))
    maya.says(f"Thank you, the {CANARY} works now")
    ines.resolves(case, line=f"Sent a new {CANARY}")
    rooms.ending.rate(maya.conversation, "agent", 5, f"My {CANARY} and I are happy")
    rooms.workers.drain()


def _teaches(rooms: House, maya: Customer) -> None:
    """An editor makes an example of a message, and a model is trained on it."""
    said = next(each for each in _said(rooms, maya) if each.text == TAUGHT)
    examples = Examples(
        rooms.kb.edits.examples, rooms.kb.edits.candidates, rooms.editing.retraining, rooms.clock
    )
    intent = examples.bot.intents()[0].name
    examples.correct(maya.conversation, said.number, text=TAUGHT, language="en", intent=intent, by="edda")
    learn(rooms, TAUGHT, intent)
    bob = Driver(rooms).customer()
    bob.says("the light in my hall says nope")


def learn(rooms: House, text: str, intent: str) -> None:
    """What a training leaves of an example in the served model, in a candidate and in the vectors that are
    kept for the next one."""
    shelf, embedder = rooms.settings.data / "models", rooms.kb.embedder
    assert embedder is not None
    model = read_model(shelf / "intents")
    remembering = RememberingEmbedder(embedder, shelf / "vectors")
    vector = remembering.encode([text, *model.example_texts])[0]
    remembering.keep()
    label = model.intents.index(intent)
    at = int(np.searchsorted(model.example_intents, label, side="right"))
    taught = replace(
        model,
        examples=np.insert(model.examples, at, vector, axis=0),
        example_intents=np.insert(model.example_intents, at, label),
        example_texts=(*model.example_texts[:at], text, *model.example_texts[at:]),
    )
    write_model(taught, shelf / "intents")
    write_model(taught, shelf / "candidates" / "1" / "intents")
    while rooms.editing.read():
        pass


def _said(rooms: House, customer: Customer) -> tuple[Message, ...]:
    return rooms.chat.messages(customer.conversation)


def everything(rooms: House) -> dict[str, bytes]:
    """Every byte of the data folder by file, and of PostgreSQL every value of every table."""
    folder: Path = rooms.settings.data
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    databases = {"bot": rooms.database, "kb": rooms.kb.database, "handoff": rooms.handoff.database}
    databases["house"] = rooms.identity.database
    tables = {f"tables of {name}": b"".join(room.rows()) for name, room in databases.items()}
    return {**files, **tables}


def places(rooms: House, *words: str) -> dict[str, int]:
    """Where these words are, whatever the case of their letters, and how often."""
    found = {
        place: sum(content.lower().count(word.lower().encode()) for word in words)
        for place, content in everything(rooms).items()
    }
    return {place: count for place, count in found.items() if count}
