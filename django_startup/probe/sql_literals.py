"""
SQL without its literals: the values in a statement may be anybody's data, its names are the project's.
"""

LITERAL = "?"
# Before a string these are part of it: E'…', N'…', B'…', X'…', and Oracle's q'[…]'.
PREFIXES = ("b", "e", "n", "nq", "q", "x")
BRACKETS = {"[": "]", "{": "}", "(": ")", "<": ">"}
COMPARING = ("=", "<", ">", "like", "glob", "match", "regexp")
# Behind these words stand values, behind those names again.
LISTING = ("in", "values")
NAMING = ("and", "from", "on", "or", "returning", "select", "where")


def without_literals(sql: str, *, is_mysql: bool = False) -> str:
    """
    sql with ? in place of its strings and numbers, and without comments.

    is_mysql: whether "…" is a string, and \\ escapes in strings. Elsewhere "…" is a string only behind an operator and
    in lists of values, where SQLite takes what names no column for one.
    """
    out: list[str] = []
    at = 0
    lists_values = False
    while at < len(sql):
        char = sql[at]
        if sql.startswith("--", at):
            out.append(" ")
            at = behind(sql, "\n", at)
        elif sql.startswith("/*", at):
            out.append(" ")
            at = behind(sql, "*/", at + 2)
        elif char == "'":
            prefix = out.pop().lower() if out and out[-1].lower() in PREFIXES else ""
            at = behind_string(sql, at, prefix, has_escapes=is_mysql or prefix == "e")
            out.append(LITERAL)
        elif char == '"':
            end = behind_string(sql, at, "", has_escapes=is_mysql)
            is_string = is_mysql or ((lists_values or is_compared(out)) and sql[end : end + 1] != ".")
            out.append(LITERAL if is_string else sql[at:end])
            at = end
        elif char == "`":
            end = behind_string(sql, at, "", has_escapes=False)
            out.append(sql[at:end])
            at = end
        elif char == "$" and (tag := dollar_tag(sql, at)):
            out.append(LITERAL)
            at = behind(sql, tag, at + len(tag))
        elif char.isalnum() or char == "_":
            end = at
            while end < len(sql) and (sql[end].isalnum() or sql[end] in "_$" or (char.isdigit() and sql[end] == ".")):
                end += 1
            word = sql[at:end]
            lists_values = word.lower() in LISTING or (lists_values and word.lower() not in NAMING)
            out.append(LITERAL if char.isdigit() else word)
            at = end
        else:
            out.append(char)
            at += 1
    return "".join(out)


def behind(sql: str, end: str, at: int) -> int:
    """The place behind the next end, that of the whole statement where there is none."""
    found = sql.find(end, at)
    return len(sql) if found < 0 else found + len(end)


def behind_string(sql: str, at: int, prefix: str, *, has_escapes: bool) -> int:
    """The place behind the string or quoted name that begins at a place. Doubled quotes are part of it."""
    quote = sql[at]
    if prefix in ("q", "nq"):
        opening = sql[at + 1 : at + 2]
        return behind(sql, BRACKETS.get(opening, opening) + quote, at + 2)
    at += 1
    while at < len(sql):
        if has_escapes and sql[at] == "\\":
            at += 1
        elif sql[at] == quote:
            if not sql.startswith(quote, at + 1):
                return at + 1
            at += 1
        at += 1
    return len(sql)


def is_compared(out: list[str]) -> bool:
    """Whether what was read last is an operator."""
    last = next((part for part in reversed(out) if not part.isspace()), "")
    return last.lower() in COMPARING


def dollar_tag(sql: str, at: int) -> str:
    """The $tag$ that begins a string of PostgreSQL at a place; "" for none."""
    end = sql.find("$", at + 1)
    tag = sql[at + 1 : end]
    is_tag = end > 0 and not tag[:1].isdigit() and all(char.isalnum() or char == "_" for char in tag)
    return f"${tag}$" if is_tag else ""
