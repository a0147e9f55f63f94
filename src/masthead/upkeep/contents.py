"""What a backup holds, by its name in it."""

#: The form of the file; one that is higher is of a newer Masthead.
FORMAT = 1
SETTINGS = "masthead.toml"
#: The database, as each kind writes it.
SQLITE = "database.sqlite3.gz"
POSTGRESQL = "database.dump"
#: Whole folders of the data folder.
FOLDERS = ("originals", "templates", "dkim", "sending")
#: What readers may fetch and nothing can make anew: captions, clips without an original.
PUBLIC = "media"


def is_wanted(name: str) -> bool:
    """Return whether a backup may hold a file of this name."""
    folder, slash, _rest = name.partition("/")
    return name in {SETTINGS, SQLITE, POSTGRESQL} or (bool(slash) and folder in {*FOLDERS, PUBLIC})
