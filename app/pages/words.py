"""How does a page say something, count something and write a date in the reader's language?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from app.comments.texts import TEXTS, Phrase
from app.pages.phrases.around import AROUND
from app.pages.phrases.reading import READING
from app.pages.phrases.replying import REPLYING

PHRASES: Mapping[str, Phrase] = MappingProxyType(AROUND | READING | REPLYING)


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that a page says, in one language of LANGUAGES: `say("reply")`, `say.count("replies", 3)`."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        phrase = PHRASES.get(key) or TEXTS[key]
        template: str = getattr(phrase, self.language)
        return template.format(**values) if values else template

    def count(self, key: str, number: int) -> str:
        """A phrase with a number in it, as this language counts. Source: CLDR's plural rules, by Babel."""
        from babel import Locale  # noqa: PLC0415 (slow to import: at its first use, not at the start)

        if number == 0 and f"{key}.none" in PHRASES:
            return self(f"{key}.none")
        form = "one" if Locale.parse(self.language).plural_form(number) == "one" else "other"
        return self(f"{key}.{form}", count=self.number(number))

    def number(self, number: int) -> str:
        from babel.numbers import format_decimal  # noqa: PLC0415 (as above)

        return format_decimal(number, locale=self.language)

    def date(self, moment: datetime) -> str:
        """The day, in UTC."""
        return _day(moment.date(), self.language)

    def templates(self, prefix: str) -> dict[str, str]:
        """The phrases under a prefix with their placeholders, for a script: `script.new.one` as `new-one`."""
        found = [key for key in PHRASES if key.startswith(prefix)]
        return {key.removeprefix(prefix).replace(".", "-"): self(key) for key in found}


@lru_cache(maxsize=1_024)
def _day(day: date, language: str) -> str:
    """A long thread names the same few days again and again."""
    from babel.dates import format_date  # noqa: PLC0415 (as above)

    return format_date(day, format="long", locale=language)
