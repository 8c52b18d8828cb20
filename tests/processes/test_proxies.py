"""Whom does a server take for the reader, with proxies in between?"""

from __future__ import annotations

from pathlib import Path

from tests.processes.asking import ask
from tests.processes.sites import Site, new_address, open_site, sqlite_environment


def test_two_addresses_behind_a_trusted_proxy_are_two_readers(site: Site) -> None:
    slug = site.publish("Read from two places")
    first, second = new_address(), new_address()
    assert site.reply(slug, "One reader", address=first).status == 202
    assert site.reply(slug, "Another reader", address=second).status == 202
    assert site.reply(slug, "The first again", address=first).json["code"] == "too_fast"
    assert site.ask("GET", "/health/ready").json["proxies"] == "ok"


def test_an_address_that_a_reader_claims_in_front_of_the_proxy_s_is_not_believed(site: Site) -> None:
    slug = site.publish("Read from a claimed place")
    reader = new_address()
    assert site.reply(slug, "Who I am", address=f"{new_address()}, {reader}").status == 202
    assert site.reply(slug, "Who I say I am", address=f"{new_address()}, {reader}").json["code"] == "too_fast"


def test_forwarded_headers_from_nobody_in_particular_are_ignored_and_readiness_says_so(
    tmp_path: Path, sqlite_template: Path
) -> None:
    environment = sqlite_environment(tmp_path, sqlite_template) | {"FLOOD_SECONDS": "15", "TRUSTED_PROXIES": ""}
    with open_site(environment) as site:
        base = site.servers[0].base
        assert ask(base, "GET", "/health/ready").json["proxies"] == "ok"
        slug = site.publish("Read through a stranger")
        assert site.reply(slug, "One reader", address=new_address()).status == 202
        assert site.reply(slug, "Perhaps another", address=new_address()).json["code"] == "too_fast"
        assert ask(base, "GET", "/health/ready").json["proxies"].startswith("undeclared")
        assert site.servers[0].words().count("TRUSTED_PROXIES") == 1
