"""The actions that ship with the house: those that use its services, and those that are forms' alone."""

from __future__ import annotations

from collections.abc import Callable

from rasa_sdk import Action

from actions.accept_person import ActionAcceptPerson
from actions.answer import ActionAnswer
from actions.correct import ActionCorrect
from actions.escalate import ActionEscalate
from actions.feedback import ActionFeedback
from actions.guide import ActionGuide
from actions.guide_end import ActionGuideEnd
from actions.guide_form import ValidateGuideForm
from actions.guide_step import ActionAskGuideReaction
from actions.leave_form import ActionLeaveForm
from actions.order_form import ValidateOrderStatusForm
from actions.order_status import ActionOrderStatus
from actions.return_form import ValidateReturnForm
from actions.return_request import ActionReturnRequest
from actions.services import ServicesSource

ACTIONS: tuple[Callable[[ServicesSource], Action], ...] = (
    ActionAnswer,
    ActionEscalate,
    ActionFeedback,
    ActionGuide,
    ActionGuideEnd,
)
FORM_ACTIONS: tuple[Callable[[], Action], ...] = (
    ActionAcceptPerson,
    ActionAskGuideReaction,
    ActionCorrect,
    ActionLeaveForm,
    ActionOrderStatus,
    ActionReturnRequest,
    ValidateGuideForm,
    ValidateOrderStatusForm,
    ValidateReturnForm,
)
