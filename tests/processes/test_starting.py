"""What happens when Rejoinder is started, for the first time and again?"""

from __future__ import annotations

import json
import re
import resource
from pathlib import Path

from tests.processes.asking import ask
from tests.processes.running import command, environment_for, serving

MOST_WORK_SECONDS = 8  # of a processor, from nothing to the last answer: a second or two, with room


def test_several_processes_without_redis_are_refused_with_a_reason(tmp_path: Path) -> None:
    refused = command("serve", environment=environment_for(tmp_path, {"WORKERS": "2"}))
    assert refused.returncode == 1
    assert "REDIS_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_first_start_tells_its_secrets_once_and_a_second_keeps_the_data(tmp_path: Path) -> None:
    environment = environment_for(tmp_path / "instance", {}, measured=False)

    first = command("setup", environment=environment)
    assert first.returncode == 0, first.stderr
    told = first.stdout + first.stderr
    password, token = re.findall(r"[Pp]assword:? +(\S+)", told), re.findall(r"\brj_\S+", told)
    assert (len(password), len(token)) == (1, 1)
    keys = tmp_path / "instance" / "keys.json"
    assert keys.stat().st_mode & 0o777 == 0o600

    before = seconds_of_work()
    with serving(environment) as server:
        demo = ask(server.base, "GET", "/api/v1/articles").json["items"]
        assert demo
        admin = {"Authorization": f"Bearer {token[0]}"}
        assert ask(server.base, "GET", "/api/v1/me", headers=admin).json["role"] == "admin"
        slug = demo[0]["slug"]
        reply = {"content": "Kept", "author_name": "Ada", "author_email": "ada@example.org"}
        receipt = ask(server.base, "POST", f"/api/v1/articles/{slug}/comments", body=reply).json["receipt"]
    assert seconds_of_work() - before < MOST_WORK_SECONDS
    assert is_structured_and_names_no_address(server.words())
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


def is_structured_and_names_no_address(log: str) -> bool:
    """Whether every line but the greeting is a JSON object, and none of a request holds where it came from."""
    _greeting, *lines = log.splitlines()
    requests = [line for line in map(json.loads, lines) if line["message"] == "request"]
    return bool(requests) and all("127.0.0.1" not in str(line) for line in requests)


def seconds_of_work() -> float:
    """Of all processes that were started here and have ended: what a busy machine does not stretch much."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime
