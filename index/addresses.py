"""Web addresses as they are stored: whole, of http or https."""

import re

ADDRESS = re.compile(r"https?://[^\s<>\"'`]{1,1990}", re.IGNORECASE)


def address(url: str | None) -> str | None:
    """The address without blanks around it; None for what is none: as an unknown date, it stays
    unknown."""
    url = (url or "").strip()
    return url if ADDRESS.fullmatch(url) else None
