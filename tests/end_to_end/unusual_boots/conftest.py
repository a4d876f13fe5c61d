from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import helpers


@pytest.fixture(autouse=True, scope="module")
def not_forked() -> Iterator[None]:
    """What stands in the working directory, and such, is to meet an interpreter that has imported nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(helpers, "is_forkable", lambda arguments, variables: False)
        yield
