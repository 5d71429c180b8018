"""The head of the page: its name, a new conversation, and the list of the conversations that this browser keeps."""

from markupsafe import Markup

from ui import texts
from ui.render import button, html, joined
from ui.texts import Texts

NAME = f'<header class="fn-head"><h1>{texts.NAME}</h1></header>'  # before the language is known
ACTS = {
    "rename": "rename",
    "markdown": "as_markdown",
    "json": "as_json",
    "remove": "delete",
}  # what can be done with a conversation, by shelf.js, and the text that says so


def heading(say: Texts) -> str:
    """The name with the buttons beside it; shelf.js fills the list of conversations."""
    parts = [
        html("<h1>{}</h1>", texts.NAME),
        html(
            '<button type="button" class="fn-button" popovertarget="fn-kept">'
            '{} <span id="fn-count"></span></button>',
            say.conversations,
        ),
        button("new", say.new),
        button("articles", say.articles_head),
        _conversations(say),
    ]
    return str(html('<header class="fn-head" lang="{}">{}</header>', say.language, joined(parts)))


def _conversations(say: Texts) -> Markup:
    """The list, opened by its button and closed by Escape, with a row to copy for each conversation."""
    pattern = '<button type="button" class="fn-button" data-act="{}">{}</button>'
    acts = [html(pattern, act, getattr(say, text)) for act, text in ACTS.items()]
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
