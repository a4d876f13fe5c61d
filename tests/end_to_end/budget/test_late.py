"""What registers only with the URLconf."""

from __future__ import annotations

from pathlib import Path

from tests.support.budget import RECEIVER, TABLE, declare, report
from tests.support.helpers import make_project


def test_a_receiver_that_only_the_urlconf_connects(tmp_path: Path) -> None:
    apps = {"billing": {"signals.py": RECEIVER, "models.py": ""}}
    project = make_project(tmp_path, apps=apps, urls="import billing.signals\nurlpatterns = []\n")
    declare(project, TABLE + "late = ['receivers', 'models']\n")
    document = report(project, "--until", "urls", code=1)
    receivers, models = document["checks"]
    assert (receivers["verdict"], receivers["value"], models["verdict"]) == ("over", 1, "within")
    assert "billing.signals.reindex (django.db.backends.signals.connection_created)" in receivers["text"]
    assert (receivers["places"][0]["file"], receivers["places"][0]["line"]) == ("shop/urls.py", 1)
    (project / "billing/models.py").write_text("import billing.signals\n")
    assert report(project, "--until", "urls")["verdict"] == "within"
