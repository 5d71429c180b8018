"""The head of the page: its name, a new conversation, and the list of the conversations that this
browser keeps."""

from markupsafe import Markup

from qa.endpoint.schemas import MAX_TEXT
from ui import texts
from ui.html import button, html, joined
from ui.texts import Texts

NAME = f'<header class="fn-head"><h1>{texts.NAME}</h1></header>'  # before the language is known
ACTS = {
    "rename": "rename",
    "markdown": "as_markdown",
    "json": "as_json",
    "remove": "delete",
}  # what can be done with a conversation, by shelf.js, and the text that says so
FILES = {"docx": "DOCX", "ris": "RIS", "csl": "CSL-JSON", "bibtex": "BibTeX"}


def heading(say: Texts, way_out: str = "") -> str:
    """The name with the buttons beside it; shelf.js fills the list of conversations. `way_out` is
    where whoever has logged in logs out."""
    parts = [
        html("<h1>{}</h1>", texts.NAME),
        html(
            '<button type="button" class="fn-button" popovertarget="fn-kept">'
            '{} <span id="fn-count"></span></button>',
            say.conversations,
        ),
        button("new", say.new),
        button("articles", say.articles_head),
        button("saved", say.saved_head),
        button("models", say.model_head),
        html(
            '<button type="button" class="fn-button" popovertarget="fn-draft">{}</button>',
            say.check_text,
        ),
        _conversations(say),
        _draft(say),
    ]
    if way_out:
        form = '<form method="post" action="{}"><button class="fn-button">{}</button></form>'
        parts.append(html(form, way_out, say.log_out))
    return str(html('<header class="fn-head" lang="{}">{}</header>', say.language, joined(parts)))


def _conversations(say: Texts) -> Markup:
    """The list, opened by its button and closed by Escape, with a row to copy for each
    conversation."""
    pattern = '<button type="button" class="fn-button" data-act="{}">{}</button>'
    acts = [html(pattern, act, getattr(say, text)) for act, text in ACTS.items()]
    acts += [html(pattern, act, text) for act, text in FILES.items()]
    return html(
        '<div id="fn-kept" popover role="dialog" aria-label="{name}"><h2>{name}</h2>'
        '<p class="fn-help">{here}</p><p class="fn-none">{none}</p><ul></ul>'
        '<template><li><button type="button" class="fn-row"></button>'
        '<span class="fn-acts">{acts}</span></li></template></div>',
        name=say.conversations,
        here=say.kept_here,
        none=say.none_kept,
        acts=joined(acts),
    )


def _draft(say: Texts) -> Markup:
    """The box for a text to check, opened by its button and closed by Escape."""
    return html(
        '<div id="fn-draft" popover role="dialog" aria-label="{name}">'
        '<label for="fn-draft-text">{draft}</label>'
        '<textarea id="fn-draft-text" rows="8" maxlength="{longest}"'
        ' placeholder="{hint}"></textarea>'
        "{check}</div>",
        name=say.check_text,
        draft=say.draft,
        longest=MAX_TEXT,
        hint=say.draft_hint,
        check=button("check", say.check),
    )
