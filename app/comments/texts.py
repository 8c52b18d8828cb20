"""Which words does a reader meet, and in which of four languages?"""

import re
from dataclasses import dataclass, fields
from types import MappingProxyType

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One text in every language; a language that is missing does not pass the type checker."""

    en: str
    de: str
    fr: str
    ko: str


LANGUAGES = tuple(field.name for field in fields(Phrase))

# The form's own words are those WordPress shows in each language, so that readers know where they are.
_FORM = {
    "form.heading": Phrase(
        en="Leave a Reply",
        de="Schreibe einen Kommentar",
        fr="Laisser un commentaire",
        ko="답글 남기기",
    ),
    "form.heading_to": Phrase(
        en="Leave a Reply to {name}",
        de="Schreibe einen Kommentar zu {name}",
        fr="Répondre à {name}",
        ko="{name}에 답글 남기기",
    ),
    "form.cancel": Phrase(
        en="Cancel reply",
        de="Antwort abbrechen",
        fr="Annuler la réponse",
        ko="응답 취소",
    ),
    "form.button": Phrase(
        en="Post Comment",
        de="Kommentar abschicken",
        fr="Laisser un commentaire",
        ko="댓글 달기",
    ),
    "note.email": Phrase(
        en="Your email address will not be published.",
        de="Deine E-Mail-Adresse wird nicht veröffentlicht.",
        fr="Votre adresse e-mail ne sera pas publiée.",
        ko="이메일 주소는 공개되지 않습니다.",
    ),
    "note.required": Phrase(
        en="Required fields are marked *",
        de="Erforderliche Felder sind mit * markiert",
        fr="Les champs obligatoires sont indiqués avec *",
        ko="필수 필드는 *로 표시됩니다",
    ),
    "label.content": Phrase(en="Comment", de="Kommentar", fr="Commentaire", ko="댓글"),
    "label.author_name": Phrase(en="Name", de="Name", fr="Nom", ko="이름"),
    "label.author_email": Phrase(en="Email", de="E-Mail-Adresse", fr="E-mail", ko="이메일"),
    "label.author_website": Phrase(en="Website", de="Website", fr="Site web", ko="웹사이트"),
    "label.remember": Phrase(
        en="Save my name, email, and website in this browser for the next time I comment.",
        de="Meinen Namen, meine E-Mail-Adresse und meine Website in diesem Browser "
        "für die nächste Kommentierung speichern.",
        fr="Enregistrer mon nom, mon e-mail et mon site dans le navigateur pour mon prochain commentaire.",
        ko="다음 번 댓글 작성을 위해 이 브라우저에 이름, 이메일, 그리고 웹사이트를 저장합니다.",
    ),
}

_FIELD_ERRORS = {
    "error.content_required": Phrase(
        en="Please write a comment.",
        de="Bitte schreibe einen Kommentar.",
        fr="Veuillez saisir un commentaire.",
        ko="댓글을 입력해 주세요.",
    ),
    "error.author_name_required": Phrase(
        en="Please enter your name.",
        de="Bitte gib deinen Namen an.",
        fr="Veuillez indiquer votre nom.",
        ko="이름을 입력해 주세요.",
    ),
    "error.author_email_required": Phrase(
        en="Please enter your email address. It will not be published.",
        de="Bitte gib deine E-Mail-Adresse an. Sie wird nicht veröffentlicht.",
        fr="Veuillez indiquer votre adresse e-mail. Elle ne sera pas publiée.",
        ko="이메일 주소를 입력해 주세요. 공개되지 않습니다.",
    ),
    "error.email_invalid": Phrase(
        en="This does not look like an email address. An example: name@example.org",
        de="Das sieht nicht nach einer E-Mail-Adresse aus. Ein Beispiel: name@example.org",
        fr="Ceci ne ressemble pas à une adresse e-mail. Un exemple : name@example.org",
        ko="올바른 이메일 주소가 아닙니다. 예: name@example.org",
    ),
    "error.too_long": Phrase(
        en="This is too long: {actual} characters, where {limit} fit.",
        de="Das ist zu lang: {actual} Zeichen, Platz ist für {limit}.",
        fr="Ce texte est trop long : {actual} caractères, pour {limit} au plus.",
        ko="너무 깁니다: 현재 {actual}자, 최대 {limit}자까지 쓸 수 있습니다.",
    ),
    "error.website_invalid": Phrase(
        en="This cannot be used as a website. An example: https://example.org",
        de="Das lässt sich nicht als Website verwenden. Ein Beispiel: https://example.org",
        fr="Ceci ne peut pas servir de site web. Un exemple : https://example.org",
        ko="웹사이트 주소로 쓸 수 없습니다. 예: https://example.org",
    ),
    "error.name_invalid": Phrase(
        en="The name has invisible control characters in it. Please type it again.",
        de="Der Name enthält unsichtbare Steuerzeichen. Bitte tippe ihn noch einmal ein.",
        fr="Le nom contient des caractères de contrôle invisibles. Veuillez le saisir à nouveau.",
        ko="이름에 보이지 않는 제어 문자가 있습니다. 다시 입력해 주세요.",
    ),
    "error.text_invalid": Phrase(
        en="This text has characters that cannot be stored. Please type it again.",
        de="Dieser Text enthält Zeichen, die sich nicht speichern lassen. Bitte tippe ihn noch einmal ein.",
        fr="Ce texte contient des caractères impossibles à enregistrer. Veuillez le saisir à nouveau.",
        ko="저장할 수 없는 문자가 있습니다. 다시 입력해 주세요.",
    ),
    "error.parent_not_available": Phrase(
        en="The comment you are replying to is not available.",
        de="Der Kommentar, auf den du antwortest, ist nicht verfügbar.",
        fr="Le commentaire auquel vous répondez est indisponible.",
        ko="답글을 달려는 댓글을 찾을 수 없습니다.",
    ),
    "error.section_not_available": Phrase(
        en="This article has no such section.",
        de="Diesen Abschnitt gibt es in dem Artikel nicht.",
        fr="Cet article ne contient pas cette section.",
        ko="이 글에는 그런 섹션이 없습니다.",
    ),
}

_REFUSALS = {
    "closed.whole_site": Phrase(
        en="Comments are closed on this site.",
        de="Die Kommentare sind auf dieser Website geschlossen.",
        fr="Les commentaires sont fermés sur ce site.",
        ko="이 사이트에서는 댓글을 받지 않습니다.",
    ),
    "closed.switched_off": Phrase(
        en="Comments are closed for this article.",
        de="Die Kommentare zu diesem Artikel sind geschlossen.",
        fr="Les commentaires de cet article sont fermés.",
        ko="이 글에는 댓글을 달 수 없습니다.",
    ),
    "closed.too_old": Phrase(
        en="This article is no longer new, so its comments are closed.",
        de="Dieser Artikel ist schon älter, seine Kommentare sind geschlossen.",
        fr="Cet article n'est plus récent : ses commentaires sont fermés.",
        ko="오래된 글이어서 댓글을 더 받지 않습니다.",
    ),
    "refusal.duplicate_comment": Phrase(
        en="You have already said that here.",
        de="Das hast du hier schon geschrieben.",
        fr="Vous avez déjà écrit cela ici.",
        ko="같은 댓글을 이미 남기셨습니다.",
    ),
    "refusal.too_fast": Phrase(
        en="That was quick. Please wait a moment and send your comment again.",
        de="Das ging schnell. Bitte warte einen Moment und sende deinen Kommentar noch einmal.",
        fr="C'était rapide. Veuillez patienter un instant, puis renvoyer votre commentaire.",
        ko="너무 빠릅니다. 잠시 기다렸다가 다시 보내 주세요.",
    ),
    "refusal.too_many": Phrase(
        en="Too many requests: slow down, then try again.",
        de="Zu viele Anfragen: Bitte warte etwas und versuche es dann noch einmal.",
        fr="Trop de demandes : veuillez patienter un peu, puis réessayer.",
        ko="요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.",
    ),
}

_REASONS = {
    "reason.first_comment": Phrase(
        en="Thank you! A first comment is looked at before it appears.",
        de="Danke! Ein erster Kommentar wird geprüft, bevor er erscheint.",
        fr="Merci ! Un premier commentaire est relu avant de paraître.",
        ko="감사합니다! 첫 댓글은 확인한 뒤에 표시됩니다.",
    ),
    "reason.all_held": Phrase(
        en="Thank you! Every comment is looked at before it appears.",
        de="Danke! Jeder Kommentar wird geprüft, bevor er erscheint.",
        fr="Merci ! Chaque commentaire est relu avant de paraître.",
        ko="감사합니다! 모든 댓글은 확인한 뒤에 표시됩니다.",
    ),
    "reason.review": Phrase(
        en="Thank you! Your comment is awaiting moderation.",
        de="Danke! Dein Kommentar wartet auf die Freischaltung.",
        fr="Merci ! Votre commentaire est en attente de modération.",
        ko="감사합니다! 댓글이 검토를 기다리고 있습니다.",
    ),
}

TEXTS = MappingProxyType(_FORM | _FIELD_ERRORS | _REFUSALS | _REASONS)


def text(key: str, language: str, **values: object) -> str:
    """The text in a language of LANGUAGES, its placeholders filled; without values the template itself."""
    template: str = getattr(TEXTS[key], language)
    return template.format(**values) if values else template


# RFC 9110, 12.4.2 and 12.5.4: a language range with an optional weight of at most three decimals.
_RANGE = re.compile(
    r"(?P<primary>[a-z]{1,8})(?:-[a-z0-9]{1,8})*(?:\s*;\s*q=(?P<weight>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?",
    re.IGNORECASE | re.ASCII,
)
_MOST_RANGES = 100  # a browser sends a handful


def language_for(accept_language: str | None) -> str:
    """The language of LANGUAGES that a reader likes best, by the lookup of RFC 4647, 3.4.

    Every language here is a bare primary tag, so shortening a range subtag by subtag ends at its first one.
    What does not parse is passed over, and so is `*`, which says nothing about what to choose.
    """
    parts = (accept_language or "").split(",", _MOST_RANGES)[:_MOST_RANGES]
    ranges = [match for part in parts if (match := _RANGE.fullmatch(part.strip()))]
    wishes = [(float(match["weight"] or 1), match["primary"].lower()) for match in ranges]
    wishes.sort(key=lambda wish: -wish[0])  # stable: among equals, the first named
    known = (language for weight, language in wishes if weight > 0 and language in LANGUAGES)
    return next(known, DEFAULT_LANGUAGE)
