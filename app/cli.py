"""Which commands are there?"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click

# Where each stands, and its short help: so `rejoinder --help` loads none of them.
COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "run": ("serving:run", "Set up what is missing, then serve until told to stop."),
        "serve": ("serving:serve", "Serve until told to stop (Ctrl-C, SIGTERM)."),
        "setup": ("setting_up:setup", "Make keys, database, admin and demo articles where they are missing."),
        "check-config": ("checking:check_config", "Show every setting, and all that is wrong with them."),
        "article": ("articles:article", "Import and list articles."),
        "moderator": ("staff:moderator", "Add staff, and give them new passwords."),
        "token": ("staff:token", "Create API tokens."),
        "demo": ("inventing:demo", "Put in the demo articles, or invent as many as you say."),
        "db": ("upkeep:db", "Bring the database up to date."),
        "keys": ("keys:keys", "Rotate the secret keys."),
        "comments": ("upkeep:comments", "Render stored comments again."),
        "counters": ("upkeep:counters", "Count anew what counters say."),
        "tick": ("upkeep:tick", "Do now what the timer does as time goes by."),
        "openapi": ("checking:openapi", "Print the OpenAPI document of the API."),
    }
)


class LazyGroup(click.Group):
    """A group that loads a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"app.commands.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, short_help) for name, (_, short_help) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def rejoinder() -> None:
    """Articles, the replies that readers leave under them, and their moderation.

    INSTANCE in the environment names the data folder (by default: instance); README.md has the other settings.
    """


def main() -> None:
    rejoinder(prog_name="rejoinder")
