"""What a recording never holds: passwords and the like in command lines, SQL, locations and messages."""

from __future__ import annotations

from pathlib import Path
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_startup.measure.redaction import make_redaction
from django_startup.measure.target import Secrets
from django_startup.probe.redaction import KEPT, MOST
from tests.support.documents import fuzzed

REDACTION = make_redaction()


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (
            ["/bin/true", "--password=ARGV", "postgres://u:URL@host/db"],
            "/bin/true --password=*** postgres://***@host/db",
        ),
        (["x", "--secret", "-V", "--token", "--auth", "q", "z"], "x --secret *** --token *** *** z"),
        (
            ["x", "-Dx.password=S", "--env=DB_PASSWORD=a b", "-e", "K_TOKEN=a b"],
            "x -Dx.password=*** --env=DB_PASSWORD=*** -e K_TOKEN=***",
        ),
        (["x", "--data=a b --key=S", "FLAG=", "PATH=/a b"], "x --data=a b --key=*** FLAG= PATH=/a b"),
        (["x", "/password:S", "C:\\a", "user[password]=S"], "x /password:*** C:\\a user[password]=***"),
        (
            ["sh", "-c", "PGPASSWORD='a b' psql -h h && mysql -uroot -pS db"],
            "sh -c PGPASSWORD=*** psql -h h && mysql -uroot -p*** db",
        ),
        ("bash -c \"sh -c 'mysql -pS x'\"", "bash -c \"sh -c 'mysql -p*** x'\""),
        ("PASSWORD=ab'c d'ef x; PASSWORD=a\\ b y", "PASSWORD=*** x; PASSWORD=*** y"),
        ("echo 'a \"b\"' | mysql --user=u\\'u -p S", "echo 'a \"b\"' | mysql --user=u\\'u -p ***"),
        ("mysql -p", "mysql -p"),
        (["mysql.exe", "-p", "S"], "mysql.exe -p ***"),
        (
            ["curl", "-sSu", "me:S", "--user=S", "https://x/?a=1&token=S&b=2#f"],
            "curl -sSu *** --user=*** https://x/?a=1&token=***&b=2#f",
        ),
        (["curl", "--proxy-user", "S", "--max-time", "3"], "curl --proxy-user *** --max-time 3"),
        (
            ["curl", "-H", "Authorization: Basic S", "-H", "X-Api-Key: S"],
            "curl -H Authorization: *** -H X-Api-Key: ***",
        ),
        ("curl -H 'Cookie: a=b; c=d' -H \"X: Bearer S\" x", "curl -H 'Cookie: ***' -H \"X: Bearer ***\" x"),
        (["redis-cli", "-h", "h", "config", "set", "requirepass", "S"], "redis-cli -h h config set requirepass ***"),
        (["sshpass", "-p", "S", "ssh", "h"], "sshpass -p *** ssh h"),
        (["psql", "host=h password='a b' dbname=d"], "psql host=h password=*** dbname=d"),
        (["app", "secret", "--flag"], "app secret --flag"),
        (["app", "-", "--", "-x"], "app - -- -x"),
        ("'" * 3 + " \\", "''' \\"),
        ([b"x\xff", Path("/tmp")], "x� /tmp"),
        ("sh -c " * 3 + "true", "sh -c sh -c sh -c true"),
        # Nothing to hide.
        (["mkdir", "-p", "a/b"], "mkdir -p a/b"),
        (
            ["pip", "install", "tokenizers", "git+https://github.com/a/b@main"],
            "pip install tokenizers git+https://github.com/a/b@main",
        ),
        (["python", "manage.py", "test", "auth", "shop"], "python manage.py test auth shop"),
    ],
)
def test_commands(command: object, shown: str) -> None:
    assert REDACTION.command(command) == shown
    assert make_redaction(Secrets.SHOWN).command(["x", "--password=S"]) == "x --password=S"


def test_strings_in_strings_in_strings() -> None:
    command = "mysql -pS"
    for _ in range(7):
        inside = command.replace("\\", "\\\\").replace('"', '\\"')
        command = f'sh -c "{inside}"'
    assert "S" not in REDACTION.command(command)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("could not connect to postgres://u:S@h:5432/d", "could not connect to postgres://***@h:5432/d"),
        ("http://u:S@S/S@h/x https://S@h", "http://***@h/x https://***@h"),
        ("redis://:S/S@h:6379 and http://h:80/x and x://", "redis://***@h:6379 and http://h:80/x and x://"),
        ("u:S@h a@b h:80/x@y", "u:***@h a@b h:80/x@y"),
        ("KeyError: 'SECRET_KEY'", "KeyError: 'SECRET_KEY'"),
        ("unknown key: x, key=S", "unknown key: x, key=***"),
        ("password: S user: bob", "password: *** user: bob"),
        ('password authentication failed for user "x"', 'password authentication failed for user "x"'),
        ("connect(password='S\\' S', host='h')", "connect(password=***, host='h')"),
        ("{'token': b'S', 'a': 1}", "{'token': *** 'a': 1}"),
        ('"secrets": ["S", ["S"]], "n": 2', '"secrets": ***, "n": 2'),
        ('{\\"api_key\\": \\"S S\\", \\"n\\": 2}', '{\\"api_key\\": ***, \\"n\\": 2}'),
        ("it's bad: API_TOKEN=S def", "it's bad: API_TOKEN=*** def"),
        ("Authorization: Basic S\nnext", "Authorization: ***\nnext"),
        ("auth = Bearer S x, secret => S", "auth = *** x, secret => ***"),
        ("password=[S", "password=***"),
        ("password='S", "password=***"),
        ("password = ", "password = "),
        ("password=\\", "password=***"),
        ("token://x password://y", "token://x password://y"),
        ("a: b = : =", "a: b = : ="),
    ],
)
def test_messages(text: str, shown: str) -> None:
    assert REDACTION.message(text) == shown


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        (
            'SELECT "a"."b" FROM "t1" WHERE x = \'it\'\'s\' AND y IN (1, 2.5, %s)',
            'SELECT "a"."b" FROM "t1" WHERE x = ? AND y IN (?, ?, %s)',
        ),
        ("SELECT E'a\\'b', $$x'y$$, $t$z$t$, $1 -- don't\n FROM x", "SELECT ?, ?, ?, $?   FROM x"),
        ("SELECT 1 /* 'q' */ FROM x -- end", "SELECT ?   FROM x  "),
        ('PRAGMA key="S"', "PRAGMA key=?"),
        ('SELECT * FROM a JOIN b ON "a"."x" = "b"."y"', 'SELECT * FROM a JOIN b ON "a"."x" = "b"."y"'),
        ('INSERT INTO "t" ("a") VALUES ("S", NULL), ("S")', 'INSERT INTO "t" ("a") VALUES (?, NULL), (?)'),
        ('SELECT "a" WHERE "a" IN ("S") AND "b"', 'SELECT "a" WHERE "a" IN (?) AND "b"'),
        ("ALTER USER x PASSWORD 'S", "ALTER USER x PASSWORD ?"),
        ("SELECT q'[it's]', Q'!it's!', q'", "SELECT ?, ?, ?"),
        ("SELECT `it's` FROM x", "SELECT `it's` FROM x"),
        ("SELECT X'ab12', 0x1F, 1e5, -3, $", "SELECT ?, ?, ?, -?, $"),
        ('SAVEPOINT "s123_x1"', 'SAVEPOINT "s123_x1"'),
        ("'S'", "?"),
        ('"x', '"x'),
    ],
)
def test_statements(sql: str, shown: str) -> None:
    assert REDACTION.statement(sql, "postgresql") == shown
    assert make_redaction(Secrets.SHOWN).statement(sql, "postgresql") == sql


def test_statements_of_mysql() -> None:
    assert REDACTION.statement("SELECT 'it\\'s' , \"S\" FROM x", "mysql") == "SELECT ? , ? FROM x"


def test_locations() -> None:
    assert REDACTION.location("file:x.db?key=S&m=1") == "file:x.db?key=***&m=1"
    assert REDACTION.location(("auth", 5432)) == "auth:5432"
    assert make_redaction(Secrets.SHOWN).location("file:x.db?key=S") == "file:x.db?key=S"
    assert make_redaction(Secrets.SHOWN).message("password: S") == "password: S"


def test_no_half_of_a_secret_is_left_where_a_text_is_cut() -> None:
    start = "x " * (MOST // 2 - 10)
    assert REDACTION.message(f"{start}postgres://u:SECRET-TOO-LONG-TO-BE-LOOKED-AT@host").endswith("x …")
    assert REDACTION.message("S" * 2 * MOST) == "…"
    assert len(REDACTION.command(["x", "y " * MOST])) == KEPT


# Before and after a secret: how it can be written, in a list of arguments, in a string for a shell, in a message.
SURROUNDINGS = [
    ("--password=", ""),
    ("postgres://user:", "@host/db"),
    ("DB_PASSWORD=", " psql"),
    ("DB_PASSWORD='", "' psql"),
    ('sh -c "DB_PASSWORD=', ' psql"'),
    ("https://host/?a=b&token=", "&c=d"),
    ('{"password": "', '"}'),
    ("host=h password=", " dbname=d"),
    ("X-Api-Key: ", ""),
    ("Authorization: Bearer ", ""),
]
PLAIN = st.text(ascii_letters + digits, max_size=9)
AROUND = st.text("ab \"'\\=:@/?&;\n", max_size=9)


@fuzzed()
@given(surrounding=st.sampled_from(SURROUNDINGS), before=AROUND, after=AROUND, secret=PLAIN)
def test_whatever_stands_around_a_secret(surrounding: tuple[str, str], before: str, after: str, secret: str) -> None:
    secret = f"HUNTER{secret}2"
    text = f"{before} {surrounding[0]}{secret}{surrounding[1]} {after}"
    for shown in (REDACTION.command(text), REDACTION.command(["x", text]), REDACTION.message(text)):
        assert secret not in shown


@fuzzed()
@given(text=st.text("ab\"'\\=:@/[{(-pk;|&$`<> \n", max_size=60))
def test_any_text(text: str) -> None:
    for shown in (REDACTION.command(text), REDACTION.command(text.split(" ")), REDACTION.message(text)):
        assert isinstance(shown, str)
    assert isinstance(REDACTION.statement(text, "mysql"), str)
    assert isinstance(REDACTION.statement(text, "sqlite"), str)


@fuzzed()
@given(secret=st.text(st.characters(exclude_characters="'\\"), max_size=20))
def test_any_literal(secret: str) -> None:
    assert REDACTION.statement(f"SELECT '{secret}HUNTER2' FROM x", "sqlite") == "SELECT ? FROM x"
