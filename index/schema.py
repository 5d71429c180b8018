"""The tables of the store, how older ones are brought up to date, and what two of their columns
hold."""

import unicodedata
from datetime import UTC, datetime

VERSION = 4
TOKENIZER = "porter unicode61 remove_diacritics 2 tokenchars '_'"
COLUMNS = "id, text, title, source, url, author, published, path, hash, origin"
COLLECTED = (  # of the article whose number is `number`, as JSON
    "(SELECT json_group_array(name) FROM"
    " (SELECT name FROM collected WHERE collected.article = number ORDER BY name))"
)
FIELDS = f"{COLUMNS}, {COLLECTED}"  # what `article_of` makes an article of
COLLECTIONS = """
CREATE TABLE collected (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, name TEXT NOT NULL,
    PRIMARY KEY (article, name)) WITHOUT ROWID;
CREATE INDEX collected_name ON collected(name, article);
"""
AUTHORED = """
CREATE TABLE authored (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    look TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (article, look)) WITHOUT ROWID;
CREATE INDEX authored_look ON authored(look, article);
"""
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, title TEXT NOT NULL,
    source TEXT NOT NULL, url TEXT, author TEXT, published TEXT, path TEXT, hash TEXT NOT NULL,
    day INTEGER, same BLOB NOT NULL, generation INTEGER NOT NULL, origin TEXT, look TEXT);
CREATE INDEX articles_day ON articles(day);
CREATE INDEX articles_source ON articles(source);
CREATE INDEX articles_same ON articles(same);
CREATE INDEX articles_origin ON articles(origin);
{COLLECTIONS}
{AUTHORED}
CREATE INDEX articles_look ON articles(look);
CREATE TABLE sentences (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    PRIMARY KEY (article, start)) WITHOUT ROWID;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    digest TEXT NOT NULL, vector BLOB NOT NULL);
CREATE INDEX passages_article ON passages(article);
CREATE INDEX passages_digest ON passages(digest);
CREATE TABLE duplicates (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    share REAL NOT NULL, PRIMARY KEY (article, other)) WITHOUT ROWID;
CREATE INDEX duplicates_other ON duplicates(other);
CREATE TABLE stray (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(title, text, day, tokenize="{TOKENIZER}");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);
"""
UPGRADES = {  # by the version before
    1: """
ALTER TABLE articles ADD COLUMN origin TEXT;
CREATE INDEX articles_origin ON articles(origin);
""",
    2: f"""
{COLLECTIONS}
ALTER TABLE articles ADD COLUMN look TEXT;
UPDATE articles SET look = look_of(id);
CREATE INDEX articles_look ON articles(look);
""",
    3: f"""
{AUTHORED}
INSERT INTO authored SELECT number, json_extract(value, '$[0]'), json_extract(value, '$[1]')
FROM articles, json_each(signed_by(author)) WHERE author IS NOT NULL;
""",
}


def day(published: str | None) -> int | None:
    """Seconds from 1970 to the midnight (UTC) that starts an ISO date, None when unknown or
    unreadable."""
    try:
        midnight = datetime.fromisoformat((published or "")[:10])
    except ValueError:
        return None
    return int(midnight.replace(tzinfo=UTC).timestamp())


def look_of(id: str) -> str:
    """What an id looks like: the same for `Talks/One.md` and `talks/one.md`, for wide letters and
    for unseen ones."""
    seen = "".join(char for char in id if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", seen).casefold()
