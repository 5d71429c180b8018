"""Which version this is."""

from importlib.metadata import PackageNotFoundError, version


def installed() -> str:
    """The version of the installed package; "0" where it runs from a folder alone."""
    try:
        return version("footnote-qa")
    except PackageNotFoundError:
        return "0"
