"""What can be wrong with a ledger's catalog or files, told in sentences: what, where, what to do.

DuckDB's own words are read here and shown to nobody: they repeat the connection string, password included.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from etl.message import N_, Message, Translate, untranslated

REFUSED_WRITE = N_("Nothing was published.")
UNKNOWN_WRITE = N_(
    "Whether the release was published is not known: look at the list of releases before you publish again."
)


@dataclass(frozen=True)
class FailureKind:
    """One kind of failure: words DuckDB uses for it, the sentence for people, and whether waiting helps (`passes`)."""

    words: str
    sentence: str
    passes: bool = False


CONFLICT = FailureKind(
    r"[Cc]onflict|duplicate key value|could not serialize|deadlock detected|maximum retry|relation .* already exists",
    N_("Others kept publishing to the ledger's catalog ({catalog}) at the same moment. Try again."),
    passes=True,
)
LOCKED = FailureKind(
    r"database is locked|database table is locked",
    N_(
        "Another process keeps the ledger's catalog ({catalog}) locked. Wait until it is done or end it, then try again."
    ),
    passes=True,
)
GONE = FailureKind(
    r"Unable to connect to Postgres|server closed the connection|terminating connection|connection to server|no connection to the server"
    r"|starting up|shutting down|SSL SYSCALL|SSL connection has been closed|Current transaction is aborted|Connection (reset|refused)|timeout expired|could not receive data"
    r"|Failed to execute query \"(COMMIT|ROLLBACK)\": *$",  # nobody was left to say why
    N_(
        "The ledger's catalog ({catalog}) does not answer. Check that the database server runs and can be reached, then try again."
    ),
    passes=True,
)
NO_CATALOG = FailureKind(
    r"database \"[^\"]*\" does not exist|could not translate host name|[Uu]nable to open database|invalid connection option|missing \"=\" after",
    N_("There is no ledger catalog at {catalog}. Check LEDGER_CATALOG: sqlite:<path> or postgres:<connection string>."),
)
FULL = FailureKind(
    r"No space left|database or disk is full|Disk quota|File too large|Could not write all bytes|disk I/O error",
    N_(
        "The disk of the ledger is full or fails (catalog: {catalog}; files: {files}). Make room or check the disk, then try again."
    ),
)
FILES = FailureKind(
    r"NoSuchBucket|NoSuchKey|HTTP code 404|No files found|No such file or directory",
    N_(
        "A file or the bucket of the ledger is missing or damaged in {files}. Check LEDGER_DATA_PATH; if it is right, “python -m etl check --ledger” says which one and repairs it."
    ),
)
BROKEN_FILE = FailureKind(r"Parquet file|Parquet magic|[Cc]orrupt|[Dd]ecompress|TProtocolException", FILES.sentence)
NEVER = r"(?!)"  # said by the ledger itself, not recognised in DuckDB's words
DAMAGED = FailureKind(
    NEVER,
    N_(
        "Release {release} can't be read: files of {datasets} are missing or damaged in {files}. Other releases can be used; “python -m etl check --ledger” repairs it from a backup."
    ),
)
READ_ONLY = FailureKind(
    r"readonly database|Permission denied|Read-only file system",
    N_("This process may not write to the ledger (catalog: {catalog}; files: {files}). Give its user the right to."),
)
CATALOG_LOST = FailureKind(
    NEVER,
    N_(
        "The ledger's catalog ({catalog}) is missing or empty, but files of a ledger are in {files}. Is its disk or database not mounted? Bring it back or restore it from a backup; nothing is loaded over it."
    ),
)
NEWER = FailureKind(
    NEVER,
    N_(
        "The ledger was written by a newer version of this program ({what}). Use that version or a later one; nothing was changed."
    ),
)
TYPE_CHANGED = FailureKind(
    NEVER,
    N_(
        "Release {release} holds {what} in another type, and its values would change in today's. Nothing is rounded silently: a migration has to say what they become."
    ),
)
DESCRIPTORS = FailureKind(
    r"Too many open files",
    N_(
        "This server has no file descriptors left to open the ledger with. Wait a moment; if it happens again, raise its limit of open files."
    ),
    passes=True,
)
UNKNOWN = FailureKind(
    r"", N_("The ledger can not be read or written (catalog: {catalog}; files: {files}). The server's log says more.")
)
TROUBLES = (  # the first that fits: words for one thing also occur in sentences about another
    FULL,
    DESCRIPTORS,
    FILES,
    FailureKind(
        r"HTTP code 40[13]|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch",
        N_(
            "The store of the ledger's files ({files}) refused access. Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and their rights."
        ),
    ),
    FailureKind(
        r"HTTP (GET|PUT|POST|HEAD|DELETE)|HTTP code (5\d\d|429)|HTTP Error|SlowDown|Interrupted",
        N_(
            "The store of the ledger's files ({files}) does not answer. Check that it runs and that AWS_ENDPOINT_URL is right, then try again."
        ),
        passes=True,
    ),
    FailureKind(
        r"authentication failed|no pg_hba.conf entry|permission denied|no password supplied|role .* does not exist",
        N_("The ledger's catalog ({catalog}) refused access. Check user, password and rights in LEDGER_CATALOG."),
    ),
    NO_CATALOG,
    FailureKind(
        r"file is not a database|database disk image is malformed",
        N_("The ledger's catalog ({catalog}) is damaged. Restore it from a backup."),
    ),
    READ_ONLY,
    LOCKED,
    GONE,
    CONFLICT,
    BROKEN_FILE,
)


class LedgerUnavailable(Exception):
    """The ledger can not be read or written. Its text is a sentence for people, without credentials."""

    def __init__(self, trouble: FailureKind, catalog: str, files: str, **params: object):
        self.trouble = trouble
        self.params = {"catalog": catalog, "files": files, **params}
        self.outcome = ""  # while publishing: what became of the release
        super().__init__()

    def sentence(self, translate: Translate = untranslated) -> str:
        told = Message(self.trouble.sentence, self.params).text(translate)
        return f"{told} {translate(self.outcome)}" if self.outcome else told

    def __str__(self) -> str:
        return self.sentence()


def trouble_in(words: str) -> FailureKind | None:
    """The kind of trouble that DuckDB's `words` speak of."""
    return next((trouble for trouble in TROUBLES if re.search(trouble.words, words)), None)


def place_of_database(connection: str) -> str:
    """Where a libpq connection string leads (host, port, database), without who asks and with which password."""
    if "://" in connection:
        address = urlsplit(connection)
        return f"PostgreSQL {address.netloc.rpartition('@')[2]}{address.path}"
    given = dict(re.findall(r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|\S+)", connection))
    host, port, name = (given.get(key, "").strip("'") for key in ("host", "port", "dbname"))
    return f"PostgreSQL {host or 'localhost'}{port and ':'}{port}{name and '/'}{name}"
