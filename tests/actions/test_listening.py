"""`python -m actions`: rasa-sdk's server with our actions, for this machine alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.action_server import action_server, listening_on


@pytest.mark.slow
def test_the_action_server_lists_our_actions_to_this_machine_only(tmp_path: Path) -> None:
    with action_server("actions", env={"FIRSTLINE_HOME": str(tmp_path)}) as address:
        names = [each["name"] for each in requests.get(f"{address}/actions", timeout=10).json()]
        assert "action_escalate" in names
        assert listening_on(int(address.rpartition(":")[2])) == {"0100007F"}
