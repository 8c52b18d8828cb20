"""Which words do our own pages have beside those of the reply form, and how are numbers and dates written?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from app.comments.texts import TEXTS, Phrase

_FRAME = {
    "skip": Phrase(en="Skip to the text", de="Zum Text springen", fr="Aller au texte", ko="본문으로 건너뛰기"),
    "articles": Phrase(en="Articles", de="Artikel", fr="Articles", ko="글 목록"),
    "categories": Phrase(en="Categories", de="Kategorien", fr="Catégories", ko="카테고리"),
    "tags": Phrase(en="Tags", de="Schlagwörter", fr="Étiquettes", ko="태그"),
    "site": Phrase(en="Site", de="Website", fr="Site", ko="사이트"),
    "feed": Phrase(en="Feed of articles", de="Feed der Artikel", fr="Flux des articles", ko="글 피드"),
    "feed.comments": Phrase(
        en="Feed of comments", de="Feed der Kommentare", fr="Flux des commentaires", ko="댓글 피드"
    ),
    "feed.article": Phrase(
        en="Feed of this article’s comments",
        de="Feed der Kommentare zu diesem Artikel",
        fr="Flux des commentaires de cet article",
        ko="이 글의 댓글 피드",
    ),
}

_LIST = {
    "search": Phrase(en="Search", de="Suchen", fr="Rechercher", ko="검색"),
    "search.label": Phrase(
        en="Search the articles", de="Artikel durchsuchen", fr="Rechercher dans les articles", ko="글 검색"
    ),
    "list.found": Phrase(
        en="Articles with “{words}”",
        de="Artikel mit „{words}“",
        fr="Articles avec « {words} »",
        ko="“{words}” 검색 결과",
    ),
    "list.category": Phrase(
        en="Category: {name}", de="Kategorie: {name}", fr="Catégorie : {name}", ko="카테고리: {name}"
    ),
    "list.tag": Phrase(en="Tag: {name}", de="Schlagwort: {name}", fr="Étiquette : {name}", ko="태그: {name}"),
    "list.byline": Phrase(en="By {name}", de="Von {name}", fr="Par {name}", ko="글쓴이: {name}"),
    "list.all": Phrase(en="All articles", de="Alle Artikel", fr="Tous les articles", ko="모든 글"),
    "list.empty": Phrase(
        en="There are no articles here yet.",
        de="Hier gibt es noch keine Artikel.",
        fr="Il n’y a pas encore d’article ici.",
        ko="아직 글이 없습니다.",
    ),
    "list.older": Phrase(en="Older articles", de="Ältere Artikel", fr="Articles plus anciens", ko="이전 글"),
    "list.newest": Phrase(en="Newest articles", de="Neueste Artikel", fr="Articles les plus récents", ko="최신 글"),
    "names.one": Phrase(en="{count} article", de="{count} Artikel", fr="{count} article", ko="글 {count}개"),
    "names.other": Phrase(en="{count} articles", de="{count} Artikel", fr="{count} articles", ko="글 {count}개"),
    "names.empty": Phrase(
        en="There are none yet.", de="Es gibt noch keine.", fr="Il n’y en a pas encore.", ko="아직 없습니다."
    ),
    "pages": Phrase(en="Pages", de="Seiten", fr="Pages", ko="페이지"),
}

_ARTICLE = {
    "by": Phrase(en="By {name}", de="Von {name}", fr="Par {name}", ko="글쓴이: {name}"),
    "published": Phrase(en="Published {date}", de="Veröffentlicht am {date}", fr="Publié le {date}", ko="{date} 게시"),
    "updated": Phrase(en="Updated {date}", de="Aktualisiert am {date}", fr="Mis à jour le {date}", ko="{date} 수정"),
    "reading": Phrase(
        en="{count} min read", de="{count} Min. Lesezeit", fr="{count} min de lecture", ko="읽는 데 {count}분"
    ),
    "contents": Phrase(en="Contents", de="Inhalt", fr="Sommaire", ko="차례"),
    "anchor": Phrase(
        en="Link to the section “{heading}”",
        de="Link zum Abschnitt „{heading}“",
        fr="Lien vers la section « {heading} »",
        ko="“{heading}” 섹션 링크",
    ),
    "discuss": Phrase(
        en="Discuss this section",
        de="Diesen Abschnitt besprechen",
        fr="Discuter de cette section",
        ko="이 섹션에 답글 달기",
    ),
    "external": Phrase(
        en="Read the article on {host}",
        de="Den Artikel auf {host} lesen",
        fr="Lire l’article sur {host}",
        ko="{host}에서 글 읽기",
    ),
}

_THREAD = {
    "replies.none": Phrase(
        en="No replies yet", de="Noch keine Kommentare", fr="Aucun commentaire", ko="아직 댓글이 없습니다"
    ),
    "replies.one": Phrase(en="{count} reply", de="{count} Kommentar", fr="{count} commentaire", ko="댓글 {count}개"),
    "replies.other": Phrase(
        en="{count} replies", de="{count} Kommentare", fr="{count} commentaires", ko="댓글 {count}개"
    ),
    "about": Phrase(en="about “{heading}”", de="zu „{heading}“", fr="sur « {heading} »", ko="“{heading}”에 대해"),
    "about.was": Phrase(
        en="about a section that is gone: “{heading}”",
        de="zu einem früheren Abschnitt: „{heading}“",
        fr="sur une ancienne section : « {heading} »",
        ko="없어진 섹션 “{heading}”에 대해",
    ),
    "filtered": Phrase(
        en="Only replies about “{heading}” are shown.",
        de="Nur Kommentare zu „{heading}“ werden gezeigt.",
        fr="Seuls les commentaires sur « {heading} » sont affichés.",
        ko="“{heading}”에 대한 댓글만 표시합니다.",
    ),
    "conversation": Phrase(
        en="Only one conversation is shown.",
        de="Nur ein Gespräch wird gezeigt.",
        fr="Une seule conversation est affichée.",
        ko="대화 하나만 표시합니다.",
    ),
    "middle": Phrase(
        en="Earlier or later replies stand on other pages.",
        de="Andere Kommentare stehen auf anderen Seiten.",
        fr="D’autres commentaires se trouvent sur d’autres pages.",
        ko="다른 댓글은 다른 페이지에 있습니다.",
    ),
    "all": Phrase(
        en="Show all replies", de="Alle Kommentare zeigen", fr="Afficher tous les commentaires", ko="모든 댓글 보기"
    ),
    "order": Phrase(en="Order", de="Reihenfolge", fr="Ordre", ko="정렬"),
    "order.oldest": Phrase(en="Oldest first", de="Älteste zuerst", fr="Plus anciens d’abord", ko="오래된 순"),
    "order.newest": Phrase(en="Newest first", de="Neueste zuerst", fr="Plus récents d’abord", ko="최신 순"),
    "reply": Phrase(en="Reply", de="Antworten", fr="Répondre", ko="답글"),
    "reply.to": Phrase(en="Reply to {name}", de="{name} antworten", fr="Répondre à {name}", ko="{name}에 답글"),
    "in_reply_to": Phrase(
        en="In reply to {name}", de="Antwort auf {name}", fr="En réponse à {name}", ko="{name}에게 답글"
    ),
    "in_reply_to.unseen": Phrase(
        en="In reply to another comment",
        de="Antwort auf einen anderen Kommentar",
        fr="En réponse à un autre commentaire",
        ko="다른 댓글에 대한 답글",
    ),
    "staff": Phrase(en="Staff", de="Redaktion", fr="Rédaction", ko="운영진"),
    "pinned": Phrase(en="Pinned", de="Angeheftet", fr="Épinglé", ko="고정됨"),
    "edited": Phrase(en="edited", de="bearbeitet", fr="modifié", ko="수정됨"),
    "removed": Phrase(
        en="This comment is no longer here.",
        de="Dieser Kommentar ist nicht mehr da.",
        fr="Ce commentaire n’est plus là.",
        ko="이 댓글은 더 이상 표시되지 않습니다.",
    ),
    "more.one": Phrase(
        en="{count} more reply", de="{count} weitere Antwort", fr="{count} autre réponse", ko="답글 {count}개 더 보기"
    ),
    "more.other": Phrase(
        en="{count} more replies",
        de="{count} weitere Antworten",
        fr="{count} autres réponses",
        ko="답글 {count}개 더 보기",
    ),
    "next": Phrase(en="More replies", de="Weitere Kommentare", fr="Commentaires suivants", ko="댓글 더 보기"),
    "first": Phrase(en="From the beginning", de="Von Anfang an", fr="Depuis le début", ko="처음부터"),
}

_FORM = {
    "respond.about": Phrase(
        en="About the section “{heading}”",
        de="Zum Abschnitt „{heading}“",
        fr="Sur la section « {heading} »",
        ko="“{heading}” 섹션에 대해",
    ),
    "respond.about.cancel": Phrase(
        en="Reply to the whole article",
        de="Zum ganzen Artikel schreiben",
        fr="Répondre à l’article entier",
        ko="글 전체에 답글 달기",
    ),
    "errors": Phrase(
        en="Your comment was not sent yet",
        de="Dein Kommentar wurde noch nicht gesendet",
        fr="Votre commentaire n’a pas encore été envoyé",
        ko="댓글이 아직 전송되지 않았습니다",
    ),
    "duplicate.see": Phrase(en="See it there", de="Dort ansehen", fr="Le voir à sa place", ko="남긴 댓글 보기"),
    "words": Phrase(en="Your words", de="Dein Text", fr="Votre texte", ko="작성하신 내용"),
    "preview": Phrase(en="Preview", de="Vorschau", fr="Aperçu", ko="미리 보기"),
    "preview.end": Phrase(en="Back to the text", de="Zurück zum Text", fr="Revenir au texte", ko="글로 돌아가기"),
    "preview.empty": Phrase(
        en="There is nothing to preview yet.",
        de="Es gibt noch nichts zu sehen.",
        fr="Il n’y a encore rien à afficher.",
        ko="미리 볼 내용이 없습니다.",
    ),
}

# What only JavaScript says; the template hands it over as data.
_SCRIPT = {
    "script.new.one": Phrase(
        en="Show {count} new reply", de="{count} neuen Kommentar zeigen", fr="Afficher {count} nouveau commentaire",
        ko="새 댓글 {count}개 보기",
    ),
    "script.new.other": Phrase(
        en="Show {count} new replies", de="{count} neue Kommentare zeigen", fr="Afficher {count} nouveaux commentaires",
        ko="새 댓글 {count}개 보기",
    ),
    "script.changed": Phrase(
        en="Show what has changed", de="Änderungen zeigen", fr="Afficher les changements", ko="바뀐 내용 보기"
    ),
    "script.left.one": Phrase(
        en="{count} character left", de="noch {count} Zeichen", fr="{count} caractère restant", ko="{count}자 남음"
    ),
    "script.left.other": Phrase(
        en="{count} characters left", de="noch {count} Zeichen", fr="{count} caractères restants", ko="{count}자 남음"
    ),
    "script.over.one": Phrase(
        en="{count} character too many", de="{count} Zeichen zu viel", fr="{count} caractère de trop", ko="{count}자 초과"
    ),
    "script.over.other": Phrase(
        en="{count} characters too many", de="{count} Zeichen zu viel", fr="{count} caractères de trop", ko="{count}자 초과"
    ),
    "script.sending": Phrase(en="Sending …", de="Wird gesendet …", fr="Envoi …", ko="보내는 중…"),
    "script.loading": Phrase(en="Loading …", de="Wird geladen …", fr="Chargement …", ko="불러오는 중…"),
    "script.failed": Phrase(
        en="This could not be loaded. Please try again.",
        de="Das ließ sich nicht laden. Bitte versuche es noch einmal.",
        fr="Le chargement a échoué. Veuillez réessayer.",
        ko="불러오지 못했습니다. 다시 시도해 주세요.",
    ),
    "script.lost": Phrase(
        en="No connection. Your words are safe here; they cannot be posted twice.",
        de="Keine Verbindung. Dein Text ist hier sicher und kann nicht doppelt erscheinen.",
        fr="Pas de connexion. Votre texte est conservé ici et ne peut pas être publié deux fois.",
        ko="연결이 끊겼습니다. 작성하신 내용은 그대로 있으며 두 번 올라가지 않습니다.",
    ),
    "script.broken": Phrase(
        en="Something broke here. Your words are safe; please try again.",
        de="Hier ging etwas schief. Dein Text ist sicher; bitte versuche es noch einmal.",
        fr="Une erreur s’est produite. Votre texte est conservé ; veuillez réessayer.",
        ko="문제가 생겼습니다. 작성하신 내용은 그대로 있으니 다시 시도해 주세요.",
    ),
    "script.retry": Phrase(en="Try again", de="Noch einmal versuchen", fr="Réessayer", ko="다시 시도"),
    "script.retrying": Phrase(
        en="Trying again in {count} s", de="Neuer Versuch in {count} s", fr="Nouvel essai dans {count} s",
        ko="{count}초 후 다시 시도",
    ),
    "script.posted": Phrase(
        en="Thank you! Your comment is there.",
        de="Danke! Dein Kommentar ist da.",
        fr="Merci ! Votre commentaire est en ligne.",
        ko="감사합니다! 댓글이 올라갔습니다.",
    ),
    "script.held": Phrase(
        en="Only you can see this comment yet.",
        de="Diesen Kommentar siehst bisher nur du.",
        fr="Vous seul voyez ce commentaire pour le moment.",
        ko="이 댓글은 아직 본인에게만 보입니다.",
    ),
    "script.receipt": Phrase(
        en="See what becomes of it", de="Nachsehen, was daraus wird", fr="Suivre ce qu’il devient", ko="처리 상태 보기"
    ),
    "script.draft": Phrase(
        en="Your draft is kept in this browser until it is sent.",
        de="Dein Entwurf bleibt in diesem Browser, bis er gesendet ist.",
        fr="Votre brouillon est conservé dans ce navigateur jusqu’à l’envoi.",
        ko="보낼 때까지 초안이 이 브라우저에 저장됩니다.",
    ),
    "script.restored": Phrase(
        en="Your draft is back.", de="Dein Entwurf ist wieder da.", fr="Votre brouillon est de retour.",
        ko="저장된 초안을 불러왔습니다.",
    ),
    "script.discard": Phrase(
        en="Discard the draft", de="Entwurf verwerfen", fr="Supprimer le brouillon", ko="초안 버리기"
    ),
    "script.forget": Phrase(
        en="Forget me in this browser", de="In diesem Browser vergessen", fr="M’oublier dans ce navigateur",
        ko="이 브라우저에서 내 정보 지우기",
    ),
}  # fmt: skip

_RECEIPT = {
    "receipt.title": Phrase(en="Your comment", de="Dein Kommentar", fr="Votre commentaire", ko="내 댓글"),
    "receipt.on": Phrase(en="On “{title}”", de="Zu „{title}“", fr="Sur « {title} »", ko="“{title}”에 대한 댓글"),
    "receipt.pending": Phrase(
        en="It is waiting and only you can see it.",
        de="Er wartet, und nur du kannst ihn sehen.",
        fr="Il est en attente et vous seul le voyez.",
        ko="검토를 기다리고 있으며 본인에게만 보입니다.",
    ),
    "receipt.approved": Phrase(
        en="It is published.", de="Er ist veröffentlicht.", fr="Il est publié.", ko="게시되었습니다."
    ),
    "receipt.spam": Phrase(
        en="It was not published.",
        de="Er wurde nicht veröffentlicht.",
        fr="Il n’a pas été publié.",
        ko="게시되지 않았습니다.",
    ),
    "receipt.trash": Phrase(en="It was removed.", de="Er wurde entfernt.", fr="Il a été retiré.", ko="삭제되었습니다."),
    "receipt.place": Phrase(
        en="See it in its place", de="An seinem Platz ansehen", fr="Le voir à sa place", ko="댓글 위치로 가기"
    ),
    "receipt.back": Phrase(
        en="Back to the article", de="Zurück zum Artikel", fr="Retour à l’article", ko="글로 돌아가기"
    ),
    "receipt.keep": Phrase(
        en="Keep the address of this page: it is the only key to your comment, and it is yours alone.",
        de="Bewahre die Adresse dieser Seite auf: Sie ist der einzige Schlüssel zu deinem Kommentar.",
        fr="Conservez l’adresse de cette page : c’est la seule clé de votre commentaire.",
        ko="이 페이지의 주소를 보관해 주세요. 내 댓글을 확인할 수 있는 유일한 방법입니다.",
    ),
}

_REFUSED = {
    "refused.not_found": Phrase(en="There is nothing here", de="Hier ist nichts", fr="Il n’y a rien ici", ko="페이지를 찾을 수 없습니다"),
    "refused.not_found.text": Phrase(
        en="The page may have moved, or the address has a mistake in it.",
        de="Vielleicht ist die Seite umgezogen, oder in der Adresse steckt ein Fehler.",
        fr="La page a peut-être été déplacée, ou l’adresse contient une erreur.",
        ko="페이지가 옮겨졌거나 주소가 잘못되었을 수 있습니다.",
    ),
    "refused.slower": Phrase(en="Slower, please", de="Bitte etwas langsamer", fr="Plus lentement, s’il vous plaît", ko="요청이 너무 많습니다"),
    "refused.slower.text": Phrase(
        en="Too much came from your network at once. Please wait a moment and try again.",
        de="Aus deinem Netz kam zu viel auf einmal. Bitte warte einen Moment und versuche es noch einmal.",
        fr="Trop de demandes sont venues de votre réseau. Veuillez patienter un instant, puis réessayer.",
        ko="같은 네트워크에서 요청이 너무 많이 왔습니다. 잠시 후 다시 시도해 주세요.",
    ),
    "refused.busy": Phrase(en="Not now", de="Gerade nicht", fr="Pas maintenant", ko="지금은 처리할 수 없습니다"),
    "refused.busy.text": Phrase(
        en="The site is busy; nothing was stored. Please try again in a moment.",
        de="Die Website ist beschäftigt; nichts wurde gespeichert. Bitte versuche es gleich noch einmal.",
        fr="Le site est occupé ; rien n’a été enregistré. Veuillez réessayer dans un instant.",
        ko="사이트가 바빠서 아무것도 저장되지 않았습니다. 잠시 후 다시 시도해 주세요.",
    ),
    "refused.broken": Phrase(en="Something broke here", de="Hier ging etwas schief", fr="Une erreur s’est produite", ko="문제가 생겼습니다"),
    "refused.broken.text": Phrase(
        en="It was noted. Please try again later.",
        de="Es wurde festgehalten. Bitte versuche es später noch einmal.",
        fr="Elle a été notée. Veuillez réessayer plus tard.",
        ko="오류가 기록되었습니다. 나중에 다시 시도해 주세요.",
    ),
    "refused.too_large": Phrase(en="That is too much at once", de="Das ist zu viel auf einmal", fr="C’est trop à la fois", ko="내용이 너무 큽니다"),
    "refused.too_large.text": Phrase(
        en="Go back: your browser still has your words. Please shorten them.",
        de="Geh zurück: Dein Browser hat deinen Text noch. Bitte kürze ihn.",
        fr="Revenez en arrière : votre navigateur a encore votre texte. Veuillez le raccourcir.",
        ko="뒤로 가면 브라우저에 내용이 남아 있습니다. 줄여서 다시 보내 주세요.",
    ),
    "refused.other": Phrase(en="That did not work", de="Das hat nicht geklappt", fr="Cela n’a pas fonctionné", ko="처리하지 못했습니다"),
    "refused.other.text": Phrase(
        en="What was asked for cannot be done in this way.",
        de="Was angefragt wurde, geht so nicht.",
        fr="Ce qui a été demandé n’est pas possible ainsi.",
        ko="요청을 이 방법으로 처리할 수 없습니다.",
    ),
    "refused.cross_site": Phrase(
        en="This form came from another site, so it was not taken. Please send it from here.",
        de="Dieses Formular kam von einer anderen Website und wurde nicht angenommen. Bitte sende es von hier.",
        fr="Ce formulaire venait d’un autre site et n’a pas été accepté. Veuillez l’envoyer d’ici.",
        ko="다른 사이트에서 보낸 양식이어서 받지 않았습니다. 여기에서 다시 보내 주세요.",
    ),
    "refused.home": Phrase(en="To the articles", de="Zu den Artikeln", fr="Vers les articles", ko="글 목록으로"),
}  # fmt: skip

PHRASES: Mapping[str, Phrase] = MappingProxyType(
    _FRAME | _LIST | _ARTICLE | _THREAD | _FORM | _SCRIPT | _RECEIPT | _REFUSED
)


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
        from babel import Locale  # at its first use: reading its data takes time that a start does not have

        if number == 0 and f"{key}.none" in PHRASES:
            return self(f"{key}.none")
        form = "one" if Locale.parse(self.language).plural_form(number) == "one" else "other"
        return self(f"{key}.{form}", count=self.number(number))

    def number(self, number: int) -> str:
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self.language)

    def date(self, moment: datetime) -> str:
        """The day, in UTC."""
        from babel.dates import format_date

        return format_date(moment, format="long", locale=self.language)

    def moment(self, moment: datetime) -> str:
        """The day and the minute, in UTC, saying so."""
        from babel.dates import format_datetime

        return f"{format_datetime(moment, format='medium', locale=self.language)} UTC"

    def templates(self, prefix: str) -> dict[str, str]:
        """The phrases under a prefix with their placeholders, for a script: `script.new.one` as `new-one`."""
        found = [key for key in PHRASES if key.startswith(prefix)]
        return {key.removeprefix(prefix).replace(".", "-"): self(key) for key in found}
