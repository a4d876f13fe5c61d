from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.helpers import app_config, make_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(
        tmp_path,
        apps={"billing": {"apps.py": app_config(), "models.py": "import wsgiref.util\nimport xmlrpc.client\n"}},
    )
