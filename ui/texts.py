"""Every text of the interface, in one place; a translation replaces this module or feeds it to Gradio's I18n."""

NAME = "Footnote"
TAGLINE = "Answers from the articles, each with the sentence it rests on."

# Chat
ASK_TAB, ARTICLES_TAB = "Ask", "Articles"
QUESTION_LABEL, ASK, STOP = "Your question", "Ask", "Stop"
QUESTION_HINT = "Ask about the articles"
CHAT_LABEL = "Conversation"
EMPTY = (
    "**What would you like to know?**\n\n"
    "Every answer comes with the sentence it rests on. Choose a number to read it in place."
)
EXAMPLES = (  # question, and a word that must occur in the articles for it to make sense
    ("Where was the summit of Trump and Putin planned to be held?", "Budapest"),
    ("What did Trump say about Tomahawk missiles?", "Tomahawk"),
    ("Who leads the Russian side in the talks?", "Lavrov"),
    ("What is new on sanctions?", "sanctions"),
)
EXAMPLE_OF = "What do the articles say about {}?"
FOLLOW_SAID, FOLLOW_ABOUT = "What did {} say?", "What do the articles say about {}?"
NEW, EXPORT_MARKDOWN, EXPORT_JSON = "New conversation", "Export as Markdown", "Export as JSON"
LIMITS, LIMIT_SOURCES, LIMIT_AFTER, LIMIT_BEFORE = "Limit the search", "Sources", "Published from", "Published until"
DATE_HINT = "YYYY-MM-DD"
CONVERSATIONS = "Conversations"
CONVERSATIONS_NOTE = "Kept in this browser only."
RENAME_LABEL, RENAME, DELETE = "Name", "Rename", "Delete"
WRITER_QUOTE = "{count} · quoting, no language model"
WRITER_LLM = "{count} · written by {model}, every sentence checked"
ARTICLE_COUNT = {1: "1 article"}
ARTICLES_COUNT = "{} articles"

# Answer
WORKING = "Reading the articles"
NO_ANSWER = "Not in these articles"
NO_ANSWER_HELP = "Nothing here answers the question. The closest sentences:"
NO_ANSWER_EMPTY = "Nothing in the articles comes close."
SEARCH_THEM = "Search the articles for this"
PARTIAL = "Only part of this is in the articles"
MISSING = "Not found: {}"
STOPPED = "Stopped before the answer was complete."
FAILED = "The answer could not be made. Try again; if it stays, look at the server's log."
SUPPORT = {
    "supported": ("✓", "supported by the source"),
    "partly": ("~ partly supported", "the source supports only part of this"),
    "unsupported": ("✗ not supported", "the source does not support this"),
}
SOURCE_LABEL = "Source {number}: {title}, {date}"
NO_DATE = "no date"
COPY, SHARE, SOURCES_OF, FEEDBACK = "Copy", "Share link", "Sources", "Feedback"
COPIED, LINKED = "Copied with footnotes", "Link copied"
TIMING = "{writer} · {ms} ms"
QUOTED, WRITTEN = "Quoted", "Written by {model}"
FEEDBACK_KINDS = {
    "helpful": "Helpful",
    "wrong_source": "Wrong source",
    "wrong_answer": "Wrong answer",
    "should_have_answered": "Should have answered",
}
FEEDBACK_NOTE, FEEDBACK_NOTE_HINT, FEEDBACK_THANKS = "Note (optional)", "What is right or wrong?", "Thank you, noted"

# Source panel
PANEL_LABEL = "Sources"
PANEL_EMPTY = "Choose a number in an answer to read its sentence in the article."
CITED, NOT_CITED = "Cited", "Looked at, not cited ({})"
SEARCH_FOUND, SEARCH_NONE = "Closest to “{}”", "The search found nothing."
READ_AT, OPEN_ORIGINAL, BACK, CLOSE = "Read in the article", "Original", "All sources", "Close"
SCORE = "score {:.2f}"
GONE = "This article is no longer in the index."
CHANGED = "The article has changed since; the sentence may stand elsewhere."

# Articles
FROM, UNTIL = "From", "Until"
TIMELINE, TIMELINE_COUNT, WHEN = "Articles over time", "articles", "published"
LIST_LABEL, LIST_HEADERS = "In the index", ["Title", "Source", "Published", "Id"]
UPLOAD, UPLOADED, UPLOAD_HEADERS = "Add articles: drop files here", "Added files", ["File", "Outcome"]
UPLOAD_STEP, UPLOAD_NOTHING = "Taking {}", "nothing to add"
READ_ONLY = "Your key may read only."
REMOVE, REMOVE_SURE, REMOVED, KEEP = "Remove this article", "Remove it for good", "Removed {}", "Keep it"
CHOOSE = "Choose a row to read the article."
BAD_DATE = "{!r} is not a date; write YYYY-MM-DD"
