"""Is it set as it should be, and what does the API promise?"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import Field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import click

from app import config
from app.commands.opening import application, in_sentences
from app.ground.sealing import InsecureKeys, new_keys, write_keys

SECRET = {"secret_keys", "metrics_token", "purge_token"}
MASK = "********"


@click.command("check-config")
def check_config() -> None:
    """Show every setting, and all that is wrong with them.

    It ends with 1 if anything is.
    """
    for line in lines(config.environment()):
        click.echo(line)
    wrong = list(problems(config.environment()))
    for problem in wrong:
        click.echo(f"WRONG  {problem}", err=True)
    if wrong:
        raise SystemExit(1)
    click.echo("All is well.")


@click.command()
def openapi() -> None:
    """Print the OpenAPI document of the API."""
    with in_sentences(), TemporaryDirectory() as folder:
        # The contract is the same for everybody: no keys, database or data folder are needed.
        write_keys(new_keys(), Path(folder) / "keys.json")
        alone = replace(config.read_config({}), instance=Path(folder))
        with application(alone) as app:
            document = app.test_client().get("/api/v1/openapi.json").get_json()
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def lines(environment: Mapping[str, str]) -> Iterator[str]:
    """The settings as they are, without their secrets."""
    for setting in config.settings():
        typed = environment.get(setting.name.upper(), "").strip()
        origin = "set" if typed else "default"
        value = _masked(setting, typed) if typed else setting.metadata["default"] or "-"
        yield f"{setting.name.upper():<30} {value} ({origin}; {setting.metadata['unit']})"


def problems(environment: Mapping[str, str]) -> Iterator[str]:
    """Everything that is wrong, in a sentence each."""
    try:
        config.read_config(environment)
    except config.BadConfig as error:
        yield from str(error).splitlines()
    keys = config.read_config({name: environment.get(name, "") for name in ("INSTANCE", "SECRET_KEYS")})
    if keys.secret_keys is None and not keys.keys_file.exists():
        click.echo(f"There are no secret keys yet: `rejoinder setup` or `rejoinder db upgrade` makes {keys.keys_file}.")
        return
    try:
        config.keyring_of(keys)
    except InsecureKeys as error:
        yield str(error)


def _masked(setting: Field[Any], typed: str) -> str:
    if setting.name in SECRET:
        return MASK
    if setting.metadata["unit"] != "URL":
        return typed
    try:
        parts = urlsplit(typed)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return MASK
    return parts._replace(netloc=f"{MASK}@{host}" if "@" in parts.netloc else host, query="").geturl()
