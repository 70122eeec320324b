"""`takatuf setup`: make or bring up to date all that the installation stands on."""

import argparse
import logging

from takatuf.config.commands import Answer, Subparsers, leaf


def add_parser(sub: Subparsers) -> None:
    leaf(sub, "setup", "Create or migrate the database and load what ships; repeatable", setup)


def setup(args: argparse.Namespace) -> Answer:
    """Languages, fonts, tables, compressed style sheets and the framework. Safe to repeat."""
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.config.environment import home
    from takatuf.config.faults import words_of
    from takatuf.config.languages import compile_languages
    from takatuf.learning.services import load_dialogues, load_library
    from takatuf.plans.services import load_framework
    from takatuf.search.services import bring_up
    from takatuf.translation.exchange import laid_versions
    from takatuf.translation.services import load_first_reports
    from takatuf.ui.assets import build_assets

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of every glyph
    languages, faults = compile_languages(home())
    fonts = build_assets()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    document = {
        "home": str(home()),
        "languages": sorted({"en", *languages}),
        "fonts_made": len(fonts),
        "framework": load_framework(now=timezone.now()),
        "first_reports": load_first_reports(timezone.now()),
        "dialogues": load_dialogues(now=timezone.now()),
        "cards_changed": load_library(now=timezone.now()),
        "found_anew": bring_up(whole=True),
    }
    return Answer(
        document,
        _("Takatuf is ready. Its data is kept in %(home)s.") % document,
        warnings=[
            *(words_of(fault) for fault in (*settings.LANGUAGE_FAULTS, *faults)),
            *(
                _("%(file)s, line %(line)s is left out: %(why)s")
                % {"file": path, "line": fault.line, "why": fault.words}
                for path, fault in laid_versions()[1]
            ),
        ],
    )
