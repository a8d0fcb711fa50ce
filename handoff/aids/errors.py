"""Why a file is not taken in."""

from __future__ import annotations

from handoff.errors import HandoffError


class FileRefusedError(HandoffError):
    """A file that is not taken in."""

    status = 422

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"“{name}” was not attached: {why}")
        self.name, self.why = name, why


class FileEmptyError(FileRefusedError):
    """A file without a byte."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "it is empty")


class FileTooLargeError(FileRefusedError):
    """A file of more bytes than `most`."""

    status = 413

    def __init__(self, name: str, most: int) -> None:
        super().__init__(name, f"it is larger than {most / 2**20:.3g} MB")
        self.most = most


class PictureTooLargeError(FileRefusedError):
    """A picture of more pixels, or of more frames, than anybody needs to see."""

    status = 413


class PictureDamagedError(FileRefusedError):
    """A file that begins as a picture does and can't be read as one."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "the picture is damaged; save it anew and try again")
