"""
Draws the pictures of the documentation: what a terminal of 80 columns shows of the example.

    python docs/pictures.py            draws all of them, most from the profile in docs/pictures/shop.json.xz
    python docs/pictures.py --boot     measures the example anew before that

A test draws them again and compares their text: all of it where it comes from the profile, elsewhere all but figures.
"""

from __future__ import annotations

import html
import io
import lzma
import re
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import NamedTuple

from outputs import excerpt
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text
from scenes import SAVED, SCENES, Shop

from django_startup.banner.start import Start
from django_startup.banner.start_change import PackageChange, StartChange
from django_startup.banner.text import banner

PICTURES = Path(__file__).parent / "pictures"
COLUMNS = 80
CHARACTER = 12.2  # how far apart Rich's SVG puts two of them
# Rich's picture loads its font from another site; whoever has no Fira Code sees the system's monospace.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace(
    "Fira Code, monospace", "Fira Code, Menlo, Consolas, DejaVu Sans Mono, monospace"
)
PIECE = re.compile(r'<text class="[\w-]+-r\d+" x="([\d.]+)" y="([\d.]+)" [^>]*>(.*?)</text>')


class Picture(NamedTuple):
    """
    What a picture shows.

    Attributes:
        title: the command, as somebody would type it
        command: what is run
        scene: the function of outputs.py that makes the project; "" for a copy with the saved profile
        start: what the first line has
        end: what the first line that is not shown has
    """

    title: str
    command: str
    scene: str = ""
    start: str = ""
    end: str = ""


PROFILE_COMMAND = "python -m django_startup profile --load shop.json"  # which needs none of its packages
BUDGET = "./manage.py startupbudget"
KEPT = "--forbid torch --max-modules 3000 --max-memory 350MiB"
# What three starts of the example's server were: without stripe, with it, and with a second that is slept away.
STRIPE = PackageChange("stripe", 20_000_000, ("requests", "certifi", "idna", "urllib3"), "billing/models.py:1")
NOISE_NS = 300_000_000
STARTS = (
    (Start(1_190_000_000, 0, 0, 1559, {}, {}), None),
    (Start(1_180_000_000, 0, 0, 1663, {}, {}), StartChange(0, NOISE_NS, (STRIPE,), (), None)),
    (
        Start(2_180_000_000, 0, 0, 1663, {}, {}),
        StartChange(960_000_000, NOISE_NS, (), (), ("catalog.models", 1_000_000_000)),
    ),
)
SHOWN = {
    "profile": Picture("./manage.py startupprofile", f"{PROFILE_COMMAND} --top 4", end="  APPS"),
    "fixes": Picture("./manage.py startupprofile", f"{PROFILE_COMMAND} --top 4", start="  FIXES", end="  NEXT"),
    "why": Picture("./manage.py startupprofile --why pandas", f"{PROFILE_COMMAND} --why pandas"),
    "diff": Picture(
        "./manage.py startupprofile --fix --diff",
        f"{PROFILE_COMMAND} --fix --diff",
        start="--- a/billing",
        end="--- a/media",
    ),
    "over": Picture(f"{BUDGET} --max 3s --forbid pandas", f"{BUDGET} --max 3s --forbid pandas", scene="shop"),
    "within": Picture(f"{BUDGET} {KEPT}", f"{BUDGET} {KEPT}", scene="shop"),
    "banner": Picture("./manage.py runserver", "cat started.txt"),
}


def project(directory: Path, scene: str) -> Shop:
    """The example for pictures: one of outputs.py's, or a copy with the saved profile. It prints as into a terminal."""
    made = Shop(directory, width=COLUMNS)
    made.environment["FORCE_COLOR"] = "1"
    SCENES[scene or "saved"](made)
    if not scene:
        lines = [f"\x1b[32;1m{banner(start, change)}\x1b[0m\n" for start, change in STARTS]
        (made.directory / "started.txt").write_text("".join(lines))
    return made


def printed(shop: Shop, picture: Picture) -> Text:
    """What the command prints, with its colours, wrapped as a terminal does."""
    text = Text.from_ansi(shop.do(picture.command).text)
    lines = [line.plain for line in text.split("\n", allow_blank=True)]
    shown = excerpt("\n".join(lines), picture.start, picture.end)
    first = lines.index(shown.split("\n", 1)[0])
    kept = text.split("\n", allow_blank=True)[first : first + shown.count("\n")]
    for line in kept:
        line.rstrip()
    return Text("\n").join(kept)


def draw(name: str, text: Text) -> str:
    """An SVG of a terminal."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), color_system="truecolor", force_terminal=True)
    console.print(text)
    return console.export_svg(title=SHOWN[name].title, theme=MONOKAI, code_format=FORMAT, unique_id=name)


def text_of(svg: str) -> str:
    """The lines of a picture."""
    lines: dict[float, str] = {}
    for x, y, piece in PIECE.findall(svg):
        line = lines.get(float(y), "")
        lines[float(y)] = line.ljust(round(float(x) / CHARACTER)) + html.unescape(piece).replace(
            "\N{NO-BREAK SPACE}", " "
        )
    return "".join(f"{lines[y].rstrip()}\n" for y in sorted(lines))


def boot(directory: Path) -> None:
    """Measure the example, and keep the profile without the paths of this machine."""
    shop = project(directory, "shop")
    print("booting", flush=True)
    shop.do("./manage.py startupprofile -o shop.json")
    text = (shop.directory / "shop.json").read_text("utf-8")
    paths = {"purelib": "/srv/shop/.venv/lib/python3/site-packages", "stdlib": "/usr/lib/python3"}
    for kind, path in paths.items():
        text = text.replace(sysconfig.get_path(kind), path)
    SAVED.write_bytes(lzma.compress(text.encode()))


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name).resolve()
        if arguments == ["--boot"]:
            boot(directory / "boot")
        shops: dict[str, Shop] = {}
        for picture, shown in SHOWN.items():
            if shown.scene not in shops:
                shops[shown.scene] = project(directory / f"scene-{shown.scene}", shown.scene)
            print(f"{picture}.svg", flush=True)
            (PICTURES / f"{picture}.svg").write_text(draw(picture, printed(shops[shown.scene], shown)), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
