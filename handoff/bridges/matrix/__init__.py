"""Matrix as a helpdesk, as an application service: a room a case, which the team's lobby may join."""

from handoff.bridges.matrix.bridge import Matrix

PLUG = Matrix
