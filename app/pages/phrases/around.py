"""Which words stand around every page, over lists, and where something was refused?"""

from app.comments.texts import Phrase

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

_REFUSED = {
    "refused.not_found": Phrase(
        en="There is nothing here", de="Hier ist nichts", fr="Il n’y a rien ici", ko="페이지를 찾을 수 없습니다"
    ),
    "refused.not_found.text": Phrase(
        en="The page may have moved, or the address has a mistake in it.",
        de="Vielleicht ist die Seite umgezogen, oder in der Adresse steckt ein Fehler.",
        fr="La page a peut-être été déplacée, ou l’adresse contient une erreur.",
        ko="페이지가 옮겨졌거나 주소가 잘못되었을 수 있습니다.",
    ),
    "refused.slower": Phrase(
        en="Slower, please", de="Bitte etwas langsamer", fr="Plus lentement, s’il vous plaît", ko="요청이 너무 많습니다"
    ),
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
    "refused.broken": Phrase(
        en="Something broke here", de="Hier ging etwas schief", fr="Une erreur s’est produite", ko="문제가 생겼습니다"
    ),
    "refused.broken.text": Phrase(
        en="It was noted. Please try again later.",
        de="Es wurde festgehalten. Bitte versuche es später noch einmal.",
        fr="Elle a été notée. Veuillez réessayer plus tard.",
        ko="오류가 기록되었습니다. 나중에 다시 시도해 주세요.",
    ),
    "refused.too_large": Phrase(
        en="That is too much at once",
        de="Das ist zu viel auf einmal",
        fr="C’est trop à la fois",
        ko="내용이 너무 큽니다",
    ),
    "refused.too_large.text": Phrase(
        en="Go back: your browser still has your words. Please shorten them.",
        de="Geh zurück: Dein Browser hat deinen Text noch. Bitte kürze ihn.",
        fr="Revenez en arrière : votre navigateur a encore votre texte. Veuillez le raccourcir.",
        ko="뒤로 가면 브라우저에 내용이 남아 있습니다. 줄여서 다시 보내 주세요.",
    ),
    "refused.other": Phrase(
        en="That did not work", de="Das hat nicht geklappt", fr="Cela n’a pas fonctionné", ko="처리하지 못했습니다"
    ),
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
}

AROUND = _FRAME | _LIST | _REFUSED
