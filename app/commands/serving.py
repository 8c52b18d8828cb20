"""How is Rejoinder started?

Where several processes share their figures must be said before anything that counts is loaded: so this module loads
nothing of the application until a command has done that.
"""

import gc

import click

from app.config import BadConfig, Config, from_environment, share_figures

_HOST = click.option("--host", help="Where to listen, instead of HOST.")
_PORT = click.option("--port", type=click.IntRange(1, 65_535), help="Where to listen, instead of PORT.")
_WORKERS = click.option("--workers", type=click.IntRange(1), help="How many processes, instead of WORKERS.")
_DEMO = click.option("--demo/--no-demo", default=True, help="Put in demo articles where there are none (the default).")


@click.command()
@_HOST
@_PORT
@_WORKERS
def serve(**typed: str | int | None) -> None:
    """Serve until told to stop (Ctrl-C, SIGTERM)."""
    _serve(settings(**typed))


@click.command()
@_HOST
@_PORT
@_WORKERS
@_DEMO
def run(*, demo: bool, **typed: str | int | None) -> None:
    """Set up what is missing, then serve until told to stop."""
    config = settings(**typed)
    from app.commands.setting_up import set_up

    set_up(config, with_demo=demo)
    _serve(config)


def settings(**typed: str | int | None) -> Config:
    """The settings from the environment, with what was typed as options before them."""
    given = {name.upper(): str(value) for name, value in typed.items() if value is not None}
    try:
        config = from_environment(**given)
    except BadConfig as error:
        raise click.ClickException(str(error)) from error
    make_place_for_figures(config)
    return config


def _serve(config: Config) -> None:
    gc.disable()  # what is made here stays
    from app import serving
    from app.commands.opening import application, create_app
    from app.ground.observe import configure_logging

    with application(config) as app:
        pass
    gc.enable()
    configure_logging(config.log_level)
    click.echo(f"Rejoinder serves on {serving.url_of(config)} (Ctrl-C stops it).")
    try:
        serving.serve(config, create_app, app)
    except serving.CannotListen as error:
        raise click.ClickException(str(error)) from error


def make_place_for_figures(config: Config) -> None:
    """Make an empty folder where several processes share their figures, before anything counts."""
    folder = config.metrics_folder
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob("*.db"):
        leftover.unlink(missing_ok=True)
    share_figures(config)
