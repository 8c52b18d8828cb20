"""What do invented readers say, and what are they called?"""

import random
from collections.abc import Sequence
from itertools import product

NAMES = (
    "Ada Amélie Anders Anna Aziz Bea Björn Carla Chidi Clara Dana David Eda Elif Emre Eun-ji Fatima Felix Fiona Goran "
    "Greta Haruto Ida Ines Ivan Jana Jonas José Juno Kaito Karin Kemal Lea Lena Léo Lina Luis Maja Marek Marta Mei "
    "Min-jun Mira Nadia Nils Noa Nora Olga Omar Paula Pavel Petra Priya Rosa Ruth Sami Sara Selma Seo-yeon Sofia Sven "
    "Tariq Tom Uma Vera Viktor Wanda Yara Yusuf Zoe"
).split()
FAMILIES = (
    "Acker Bauer Costa Dahl Ekici Fabre Garcia Hansen Ito Jansen Kim Lang Moreau Novak Okafor Park Rossi Sato Weber"
).split()

_OPENINGS = (
    "I read this twice",
    "My grandmother used to say the same",
    "We tried this last summer",
    "Nobody told us about this at school",
    "This is where I disagree",
    "A small correction",
    "Our village has had this for years",
    "I work in this field",
    "Yesterday I saw it for myself",
    "There is another side to it",
    "It took me a while to notice",
    "The second part is the interesting one",
    "What surprised me most is the price",
    "I would like to hear more",
    "That is not how I remember it",
    "Here it is the other way round",
)
_MIDDLES = (
    "and it held up better than I had hoped",
    "though the numbers tell only half of the story",
    "which is why we stopped after a week",
    "and my neighbours are still talking about it",
    "but only when the weather plays along",
    "so I kept a diary of it for a month",
    "and nobody could explain to me why",
    "although it costs more than people think",
    "because the old way was simply slower",
    "and the children understood it first",
    "even where the ground is wet",
    "but please mind the difference between the two",
    "as long as somebody looks after it",
    "and that was before the bridge was built",
    "which the map does not show",
    "if one has the patience",
)
_ENDINGS = (
    "Has anybody measured it?",
    "Thank you for writing it down.",
    "I will report back.",
    "The source would be welcome.",
    "Perhaps that is only us.",
    "It is worth a try.",
    "The photograph says it all.",
    "One should ask the harbour master.",
    "That was in *spring*, mind you.",
    "It is `12` now, not `10`.",
    "Ours is still running.",
    "**Do not** leave out the salt.",
    "More of this, please.",
    "I stand corrected.",
    "In the end we laughed.",
    "The rest is history.",
)
TITLES = (
    "What the tide leaves behind",
    "A bridge for bicycles",
    "The bakery that opens at night",
    "How to read a hedge",
    "Forty winters of snow",
    "The last ferry pilot",
    "Bees on the roof",
    "Why the clock runs slow",
    "A school without bells",
    "The quiet return of the otter",
)
HEADINGS = ("How it began", "What it costs", "Who looks after it", "What comes next")


def paragraphs(chance: random.Random, count: int) -> Sequence[str]:
    """So many different paragraphs of Markdown, each of about a hundred characters."""
    sentences = chance.sample(list(product(_OPENINGS, _MIDDLES, _ENDINGS)), count)
    return [f"{opening}, {middle}. {ending}" for opening, middle, ending in sentences]


def names(chance: random.Random, count: int) -> Sequence[str]:
    """So many people, no two of the same name."""
    return [f"{name} {family}" for name, family in chance.sample(list(product(NAMES, FAMILIES)), count)]


def body(chance: random.Random) -> str:
    """The Markdown of an article with sections."""
    said = iter(paragraphs(chance, 2 + 2 * len(HEADINGS)))
    lead = f"{next(said)}\n\n{next(said)}"
    sections = [f"## {heading}\n\n{next(said)}\n\n{next(said)}" for heading in HEADINGS]
    return "\n\n".join([lead, *sections])
