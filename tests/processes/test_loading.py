"""What does a process load that is to answer soon?"""

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import KEYS

# What takes long to load, and has nothing to do in a process that serves from SQLite, without Redis.
SELDOM = {"alembic", "bs4", "flask_migrate", "html5lib", "lxml", "mako", "psycopg", "redis"}
LOADED = """
import json, sys
import app.cli, app.serving
from app import create_app
from app.accounts import passwords
create_app()
print(json.dumps([sorted({name.partition(".")[0] for name in sys.modules}), passwords._nobodys.cache_info().currsize]))
"""


def test_a_process_loads_nothing_that_it_seldom_needs(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={"INSTANCE": str(tmp_path), "SECRET_KEYS": KEYS, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
        capture_output=True,
    ).stdout
    modules, hashes_made = json.loads(told)
    assert set(modules) & SELDOM == set()
    assert hashes_made == 0
