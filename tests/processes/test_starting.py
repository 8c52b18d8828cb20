"""What happens when Rejoinder is started, for the first time and again?"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from tests.processes.asking import ask
from tests.processes.running import command, environment_for, serving

PATIENT_SECONDS = 10  # from nothing to the first answer, on a busy machine


def test_several_processes_without_redis_are_refused_with_a_reason(tmp_path: Path) -> None:
    refused = command("serve", environment=environment_for(tmp_path, {"WORKERS": "2"}))
    assert refused.returncode == 1
    assert "REDIS_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_first_start_tells_its_secrets_once_and_a_second_keeps_the_data(tmp_path: Path) -> None:
    environment = environment_for(tmp_path / "instance", {})

    first = command("setup", environment=environment)
    assert first.returncode == 0, first.stderr
    told = first.stdout + first.stderr
    password, token = re.findall(r"[Pp]assword:? +(\S+)", told), re.findall(r"\brj_\S+", told)
    assert (len(password), len(token)) == (1, 1)
    keys = tmp_path / "instance" / "keys.json"
    assert keys.stat().st_mode & 0o777 == 0o600

    began = time.monotonic()
    with serving(environment) as server:
        assert time.monotonic() - began < PATIENT_SECONDS
        demo = ask(server.base, "GET", "/api/v1/articles").json["items"]
        assert demo
        admin = {"Authorization": f"Bearer {token[0]}"}
        assert ask(server.base, "GET", "/api/v1/me", headers=admin).json["role"] == "admin"
        slug = demo[0]["slug"]
        reply = {"content": "Kept", "author_name": "Ada", "author_email": "ada@example.org"}
        receipt = ask(server.base, "POST", f"/api/v1/articles/{slug}/comments", body=reply).json["receipt"]
    assert password[0] not in server.words()
    assert token[0] not in server.words()

    second = command("setup", environment=environment)
    assert second.returncode == 0
    assert "rj_" not in second.stdout + second.stderr
    assert "assword" not in second.stdout + second.stderr
    with serving(environment) as server:
        again = ask(server.base, "GET", "/api/v1/articles").json["items"]
        assert [each["slug"] for each in again] == [each["slug"] for each in demo]
        assert ask(server.base, "GET", f"/api/v1/receipts/{receipt}").json["source"] == "Kept"
        assert ask(server.base, "GET", "/api/v1/me", headers=admin).status == 200


def test_every_line_of_the_log_is_one_json_object_without_an_address(tmp_path: Path) -> None:
    environment = environment_for(tmp_path, {})
    command("setup", environment=environment)
    with serving(environment) as server:
        ask(server.base, "GET", "/api/v1/articles")
    lines = server.words().splitlines()
    structured = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"method", "route", "status"} <= structured[-2].keys() | structured[-3].keys()
    assert "127.0.0.1" not in "".join(line for line in lines if '"request"' in line)
