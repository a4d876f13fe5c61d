"""Read the plain text of a newsletter, write it as an HTML page or a mail."""

import argparse
import sys
from email.message import EmailMessage
from html import escape
from string import Template

PAGE = Template(
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
    "<title>$subject</title></head>\n<body>\n<h1>$subject</h1>\n$body\n</body>\n</html>"
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--subject", default="")
    parser.add_argument("--format", choices=["html", "eml"], default="html")
    parser.add_argument("--version", action="version", version="renderer 2.1")
    args = parser.parse_args()
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    text = sys.stdin.read().strip()
    body = "\n".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    page = PAGE.substitute(subject=escape(args.subject), body=body)
    if args.format == "eml":
        message = EmailMessage()
        message["Subject"] = args.subject
        message.set_content(text)
        message.add_alternative(page, subtype="html")
        page = message.as_string()
    print(page)


if __name__ == "__main__":
    main()
