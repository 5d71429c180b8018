"""What went wrong with a model's server, in one line."""

from qa.writing.bounds import TooLong


def explain(error: BaseException, where: str = "the model's server") -> str:
    """What went wrong, in one line; never the error's own words, which may hold the key or the
    prompt."""
    status, kind = status_of(error), type(error.__cause__ or error).__name__
    if "Connect" in kind or isinstance(error, ConnectionError):
        return f"{where} cannot be reached; is it running?"
    if "Timeout" in kind:
        return f"{where} did not answer in time"
    if isinstance(error, TooLong) or kind == TooLong.__name__:
        return f"{where} sent more than an answer needs"
    if status in {401, 403}:
        return (
            f"{where} wants a key or refuses the one given ({status}); check FOOTNOTE_LLM_API_KEY"
        )
    small = " (too small a context)" if status == 400 and "context" in str(error) else ""
    return (
        f"{where} answered {status}{small}"
        if status
        else f"{where} failed ({type(error).__name__})"
    )


def status_of(error: BaseException) -> int:
    """The HTTP status that an error came with, 0 for none."""
    return int(getattr(getattr(error, "response", error), "status_code", 0))
