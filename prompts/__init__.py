"""The prompts: one Markdown file each, with Jinja variables, loaded with its variables checked."""

from importlib.resources import files

from llama_index.core.prompts import RichPromptTemplate


def load(name: str, variables: set[str]) -> RichPromptTemplate:
    """The prompt in `NAME.md`; ValueError unless the template uses exactly these variables.

    llama-index renders a variable it was not given as an empty string, so a renamed one would go
    unnoticed without this.
    """
    if not name.isidentifier():
        raise ValueError(f"prompt {name!r}: not a prompt's name; use the file's name without .md")
    file = files(__name__) / f"{name}.md"
    if not file.is_file():
        raise ValueError(f"prompt {name!r}: no such file prompts/{name}.md")
    template = RichPromptTemplate(file.read_text(encoding="utf-8"))
    found = set(template.template_vars)
    if found != variables:
        missing, extra = sorted(variables - found), sorted(found - variables)
        raise ValueError(
            f"prompts/{name}.md: does not use {missing}, and uses {extra} that nobody gives; "
            "make them agree"
        )
    return template
