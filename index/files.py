"""Finds the files to load: those that are named, in folders, and by patterns."""

import errno
import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.articles import ArticleError, ArticleWarning, Report, tell

STDIN = "-"
WILDCARD = re.compile(r"[*?[]")


def walk(
    paths: Iterable[str | Path],
    *,
    report: Report | None = None,
    others: list[Path] | None = None,
    links: bool = False,
) -> Iterator[tuple[Path, Path]]:
    """Every file to load and the folder its id is relative to, each once, in a stable order; hidden
    files are left out.

    A path is a file, a folder (with all below it), a pattern (its ids are relative to the part
    without wildcards) or `-`. Of a folder's files those of a kind that is not read go to `others`.
    A link inside a folder that leads out of it is followed only with `links`; else an
    ArticleWarning names it.
    """
    taken: set[Path] = set()
    walked = Walk(report, [] if others is None else others, links)
    for named in map(str, paths):
        files = list(walked.files(named))
        for path, root in files:
            real = path.resolve()
            if real not in taken:
                taken.add(real)
                yield path, root
        if not files:
            tell(ArticleError(named, "no file is there; check the path"), report)


class Walk:
    """What `walk` was asked for: whom to tell, where files of other kinds go, whether links that
    lead out of a folder are followed."""

    def __init__(self, report: Report | None, others: list[Path], links: bool) -> None:
        self.report, self.others, self.links = report, others, links

    def files(self, named: str) -> Iterator[tuple[Path, Path]]:
        """The files of one path or pattern, each with the folder its id is relative to."""
        path = Path(named)
        if path.is_dir():
            for file in self._below(path):
                yield file, path
        elif named == STDIN or path.exists():
            yield path, path.parent
        else:
            yield from self._matching(named)

    def _below(self, root: Path) -> Iterator[Path]:
        from index.formats import SUFFIXES

        followed: set[Path] = set()
        for folder, folders, names in os.walk(root, onerror=self._unread, followlinks=True):
            seen = [name for name in sorted(folders) if name[0] != "."]
            folders[:] = [name for name in seen if self._enters(Path(folder, name), root, followed)]
            for name in sorted(names):
                file = Path(folder, name)
                if name[0] == ".":
                    continue
                if file.suffix.lower() not in SUFFIXES:
                    self.others.append(file)
                elif not self._leads_out(file, root):
                    yield file

    def _matching(self, pattern: str) -> Iterator[tuple[Path, Path]]:
        parents = Path(pattern).parents
        above = {folder for parent in parents for folder in glob.glob(str(parent), recursive=True)}
        for folder in above:  # glob leaves it out in silence when it may not be read
            if os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK):
                self._unread(PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder))
        fixed = Path(os.path.dirname(WILDCARD.split(pattern, maxsplit=1)[0]))
        for match in sorted(glob.glob(pattern, recursive=True)):
            for file, _ in self.files(match):
                yield file, fixed

    def _enters(self, folder: Path, root: Path, followed: set[Path]) -> bool:
        """A folder, or a link to one elsewhere that was not followed yet: links may lead round in a
        circle."""
        real = folder.resolve()
        known = real in followed or real.is_relative_to(root.resolve())
        if self._leads_out(folder, root):
            return False
        followed.add(real)
        return not (folder.is_symlink() and known)

    def _leads_out(self, file: Path, root: Path) -> bool:
        """Whether a link leads out of the folder and is left out for it, which is told."""
        if self.links or not file.is_symlink() or file.resolve().is_relative_to(root.resolve()):
            return False
        if self.report:
            place = f"leads to {file.resolve()}, outside of {root}"
            problem = f"{place}; it is followed with --follow-links"
            self.report(ArticleWarning(str(file), problem))
        return True

    def _unread(self, error: OSError) -> None:
        problem = f"cannot be read: {error.strerror}; see who may read it"
        tell(ArticleError(str(error.filename), problem), self.report)
