"""`takatuf setup`: make or bring up to date all that the installation stands on."""

import argparse
import importlib.util

from takatuf.config.commands import Answer, Subparsers, leaf


def add_parser(sub: Subparsers) -> None:
    leaf(sub, "setup", "Create or migrate the database and load what ships; repeatable", setup)


def setup(args: argparse.Namespace) -> Answer:
    """Languages, tables, fonts and the framework. Safe to repeat."""
    from django.core.management import call_command
    from django.utils.translation import gettext as _

    from takatuf.config.environment import home
    from takatuf.config.languages import compile_languages

    compiled = compile_languages()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    fonts = _build_assets()
    framework = _load_framework()
    document = {
        "home": str(home()),
        "languages": compiled,
        "fonts": fonts,
        "framework": framework,
    }
    return Answer(document, _("Takatuf is ready. Its data is kept in %(home)s.") % document)


def _build_assets() -> object:
    if importlib.util.find_spec("takatuf.ui.assets") is None:
        return None
    from takatuf.ui.assets import build_assets

    return build_assets()


def _load_framework() -> object:
    from takatuf.plans.services import load_framework

    return load_framework()
