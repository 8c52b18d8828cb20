"""Which words does a reader meet who replies, beside those of the reply form itself?"""

from app.comments.texts import Phrase

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
}

# What only JavaScript says; the template hands it over as data.
_SCRIPT = {
    "script.new.one": Phrase(
        en="Show {count} new reply",
        de="{count} neuen Kommentar zeigen",
        fr="Afficher {count} nouveau commentaire",
        ko="새 댓글 {count}개 보기",
    ),
    "script.new.other": Phrase(
        en="Show {count} new replies",
        de="{count} neue Kommentare zeigen",
        fr="Afficher {count} nouveaux commentaires",
        ko="새 댓글 {count}개 보기",
    ),
    "script.left.one": Phrase(
        en="{count} character left", de="noch {count} Zeichen", fr="{count} caractère restant", ko="{count}자 남음"
    ),
    "script.left.other": Phrase(
        en="{count} characters left", de="noch {count} Zeichen", fr="{count} caractères restants", ko="{count}자 남음"
    ),
    "script.over.one": Phrase(
        en="{count} character too many",
        de="{count} Zeichen zu viel",
        fr="{count} caractère de trop",
        ko="{count}자 초과",
    ),
    "script.over.other": Phrase(
        en="{count} characters too many",
        de="{count} Zeichen zu viel",
        fr="{count} caractères de trop",
        ko="{count}자 초과",
    ),
    "script.sending": Phrase(en="Sending …", de="Wird gesendet …", fr="Envoi …", ko="보내는 중…"),
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
        en="Trying again in {count} s",
        de="Neuer Versuch in {count} s",
        fr="Nouvel essai dans {count} s",
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
}

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
    "receipt.again": Phrase(
        en="Write another reply",
        de="Noch einen Kommentar schreiben",
        fr="Écrire une autre réponse",
        ko="다른 댓글 쓰기",
    ),
    "receipt.keep": Phrase(
        en="Keep the address of this page: it is the only key to your comment, and it is yours alone.",
        de="Bewahre die Adresse dieser Seite auf: Sie ist der einzige Schlüssel zu deinem Kommentar.",
        fr="Conservez l’adresse de cette page : c’est la seule clé de votre commentaire.",
        ko="이 페이지의 주소를 보관해 주세요. 내 댓글을 확인할 수 있는 유일한 방법입니다.",
    ),
}

REPLYING = _FORM | _SCRIPT | _RECEIPT
