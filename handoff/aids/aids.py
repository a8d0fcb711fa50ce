"""Everything that helps an agent write and find, opened over the room's database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.clock import Clock
from config.database import Database
from handoff.aids.canned import CannedResponses
from handoff.aids.drafts import Drafts
from handoff.aids.figures import FigureRows
from handoff.aids.files import Files
from handoff.aids.labels import Labels
from handoff.aids.macros import Macros
from handoff.aids.mentions import Mentions
from handoff.aids.presence import Presence
from handoff.aids.searching import Search
from handoff.case import Case
from handoff.desk import Desk
from handoff.store.aids import CannedStore, LabelStore, MacroStore
from handoff.store.drafts import DraftStore, PresenceStore
from handoff.store.figures import FigureStore
from handoff.store.files import FileStore
from handoff.store.mentions import MentionStore
from handoff.store.search import SearchStore
from handoff.store.together import together


@dataclass(frozen=True, slots=True)
class Aids:
    """The open handles.

    `catch_up` indexes cases from before there was a search, some at a time; True if there were any.
    """

    canned: CannedResponses
    macros: Macros
    labels: Labels
    files: Files
    drafts: Drafts
    presence: Presence
    mentions: Mentions
    search: Search
    figures: FigureRows
    catch_up: Callable[[], bool]


def open_aids(
    database: Database, desk: Desk, desk_over: Callable[[Database], Desk], clock: Clock, *, file_bytes: int
) -> Aids:
    """Open them all.

    desk_over: the same desk over a database as it is inside a transaction. file_bytes: the most of a file.
    """

    def in_one_go(ref: int, work: Callable[[Desk], None]) -> Case:
        return together(database, ref, lambda inside: work(desk_over(inside)))

    rows = SearchStore(database)
    return Aids(
        canned=CannedResponses(CannedStore(database, clock), desk.summary),
        macros=Macros(MacroStore(database, clock), desk, in_one_go, clock),
        labels=Labels(LabelStore(database, clock)),
        files=Files(FileStore(database), clock, file_bytes),
        drafts=Drafts(DraftStore(database), clock),
        presence=Presence(PresenceStore(database), clock),
        mentions=Mentions(MentionStore(database), clock),
        search=Search(rows, clock),
        figures=FigureStore(database),
        catch_up=rows.catch_up,
    )
