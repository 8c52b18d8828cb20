"""Which words does a reader meet in an article and its discussion?"""

from app.comments.texts import Phrase

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

READING = _ARTICLE | _THREAD
