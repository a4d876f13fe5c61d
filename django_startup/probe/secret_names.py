"""
Names that look secret, and what stands in their place: used by secret_texts.py and secret_arguments.py.
"""

MASK = "***"
# A name is secret for one of its words, the end of one, or anything inside.
WORDS = frozenset(
    (
        *("auth", "authorization", "authentication", "bearer", "cookie", "cookies", "dsn", "jwt", "key", "keys", "otp"),
        *("pass", "pin", "pw", "pwd", "sas", "sig", "signature"),
    )
)
ENDS = ("auth", "dsn", "key", "pass", "pwd")
PARTS = ("credential", "passcode", "passphrase", "passw", "secret", "token")
# What a word ends with that a secret may follow: config set db_password SECRET.
ANNOUNCING = ("credential", "passcode", "passphrase", "passwd", "password", "secret", "token")
# The names of exceptions are none: KeyError.
HARMLESS = ("error", "exception", "warning")
# Words that mean something else in sentences: "unknown key: x".
AMBIGUOUS = ("auth", "key", "keys", "pass", "pin", "sig", "signature", "token", "tokens")
# Options of programs that say in no name that a password follows.
OPTIONS = {
    "curl": ("-u", "-U", "--user", "--proxy-user"),
    "htpasswd": ("-b",),
    "ldapmodify": ("-w",),
    "ldapsearch": ("-w",),
    "mariadb": ("-p",),
    "mariadb-admin": ("-p",),
    "mariadb-dump": ("-p",),
    "mongo": ("-p",),
    "mongodump": ("-p",),
    "mongorestore": ("-p",),
    "mongosh": ("-p",),
    "mysql": ("-p",),
    "mysqladmin": ("-p",),
    "mysqldump": ("-p",),
    "redis-cli": ("-a",),
    "smbclient": ("-U",),
    "sqlcmd": ("-P",),
    "sshpass": ("-p",),
    "unzip": ("-P",),
    "zip": ("-P",),
}


def words(name: str) -> list[str]:
    """The words of a name in lower case: those of DB_PASSWORD, --api-key, accessToken."""
    spaced = ""
    for at, char in enumerate(name):
        if char.isupper() and at and not name[at - 1].isupper():
            spaced += " "
        spaced += char if char.isalnum() else " "
    return spaced.lower().split()


def is_secret(name: str) -> bool:
    """Whether a value of this name is one that nobody should see."""
    found = words(name)
    if not found or found[-1] in HARMLESS:
        return False
    joined = "".join(found)
    return any(part in joined for part in PARTS) or any(word in WORDS or word.endswith(ENDS) for word in found)


def is_clearly_secret(name: str) -> bool:
    """The same for a name in a sentence, or for a word on its own: of those in AMBIGUOUS only with another word."""
    found = words(name)
    return is_secret(name) and not (len(found) == 1 and found[0] in AMBIGUOUS)
