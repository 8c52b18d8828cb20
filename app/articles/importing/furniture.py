"""Which words on a copied page belong to its reply form, its buttons and its navigation?"""

import re

# WordPress' form as readers see it, in the languages the project speaks and in Arabic.
FORM_NOTES = (
    r"your e-?mail(?: address)? will not be published\.?",
    r"required fields are marked(?: with)? ?\*?",
    (
        r"save my name, e-?mail,? and (?:website|site url) in (?:this|my) browser"
        r" for (?:the )?next time i(?: post a)? comment\.?"
    ),
    r"you must be logged in to (?:post a comment|reply)\.?",
    r"logged in as .{1,80}?(?:log out\?|required fields are marked)",
    r"this site uses akismet to reduce spam\..{0,80}",
    r"(?:deine|ihre) e-?mail-?adresse wird nicht veröffentlicht\.?",
    r"(?:erforderliche|benötigte) felder sind (?:mit ?\*? ?markiert|markiert(?: mit)?) ?\*?",
    (
        r"(?:meinen )?namen?, (?:meine )?e-?mail(?:-adresse)?,? und (?:meine )?website in diesem browser"
        r"(?: für (?:die|meinen) nächsten? komment\w+)?(?: speichern)?\.?"
        r"(?:,? bis ich wieder kommentiere\.?)?"
    ),
    r"du musst angemeldet sein, um einen kommentar abzugeben\.?",
    r"(?:votre|ton) (?:adresse )?(?:de messagerie|e-?mail) ne sera pas publiée?\.?",
    r"les champs obligatoires sont indiqués avec(?: un)? ?\*?",
    (
        r"enregistrer mon nom, mon e-?mail et mon site(?: web)? dans le navigateur"
        r" pour mon prochain commentaire\.?"
    ),
    r"(?:귀하의 )?이메일(?: 주소)?[는은] 공개되지 않습니다\.?",
    (
        r"필수 (?:필드|항목|입력란|입력창)[는은] ?\*(?: ?\(?으?로\)?)?"
        r"(?: ?표시(?:됩니다|합니다|되어 있습니다|하세요))?\.?"
    ),
    r"다음(?: ?번)?(?:에| 댓글).{0,30}이 브라우저에 이름, 이메일,? ?(?:그리고 )?웹사이트를 저장합니다\.?",
    r"لن يتم نشر عنوان بريدك الإلكتروني\.?",
    r"الحقول الإلزامية مشار إليها بـ ?\*?",
    r"احفظ اسمي، بريدي الإلكتروني، والموقع الإلكتروني في هذا المتصفح.{0,60}",
)
FORM_HEADINGS = (
    r"leave a (?:reply|comment)",
    r"(?:post|add|write) a comment",
    r"(?:schreiben?(?: sie)?|hinterlassen?(?: sie)?) einen kommentar",
    r"(?:laisser|laissez|poster) un commentaire",
    r"(?:댓글|답글) ?남기기",
    r"[اأ]ترك (?:تعليق[اًا]*|رد[اًا]*)",
)
FORM_BUTTONS = (
    r"post comment",
    r"submit comment",
    r"cancel reply",
    r"kommentar (?:abschicken|absenden|veröffentlichen)",
    r"antwort(?:en)? abbrechen",
    r"(?:publier|envoyer) (?:le|un) commentaire",
    r"annuler la réponse",
    r"(?:댓글|답글|응답) ?취소",
    r"댓글 ?(?:작성|달기|게시|등록)",
    r"إرسال التعليق",
    r"إلغاء الرد",
)
FORM_LABELS = (  # where one begins another, the longer comes first
    r"commentaire",
    r"comment",
    r"name",
    r"e-?mail-?adresse",
    r"e-?mail(?: address)?",
    r"website",
    r"kommentar",
    r"nom",
    r"adresse (?:de messagerie|e-?mail)",
    r"site web",
    r"댓글",
    r"이름",
    r"이메일",
    r"웹사이트",
    r"التعليق",
    r"الاسم",
    r"البريد الإلكتروني",
    r"الموقع الإلكتروني",
)


def _any_of(*phrases: str) -> str:
    return "(?:" + "|".join(phrases) + ")"


def _pattern(*phrases: str) -> re.Pattern[str]:
    return re.compile(_any_of(*phrases), re.IGNORECASE)


FORM_NOTE = _pattern(*FORM_NOTES)
FORM_HEADING = _pattern(_any_of(*FORM_HEADINGS) + r"(?: (?:to|zu|à|auf) .{1,80})?[:\s]*")
FORM_BEGINS = _pattern(*FORM_HEADINGS, *FORM_NOTES)
# Atomic, so that a line which almost consists of such words is refused in one pass.
_FORM_WORD = _any_of(*FORM_NOTES, *FORM_HEADINGS, *FORM_BUTTONS, *FORM_LABELS)
FORM_LINE = _pattern(rf"[\s*:|]*+(?>{_FORM_WORD}[\s*:|]*+)++")

COMMENT_LIST = _pattern(
    r"(?:\d+|one|no) thoughts? on .+",
    r"(?:\d+|ein) gedanken? zu .+",
    r"(?:\d+|une) réflexions? sur .+",
    r".{1,200}에 대한 \d+개의 생각",
)
COMMENT_COUNT = _pattern(
    r"(?:\d+|no|one) (?:comments?|repl(?:y|ies)|responses?)",
    r"(?:\d+|keine|ein) kommentare?",
    r"(?:\d+|aucun|un) commentaires?",
    r"댓글 ?\d+개?|댓글 없음|\d+개의 댓글",
)
SHARING = _pattern(
    r"(?:share|like) (?:this|on)(?: (?:post|article|story))? ?:?",
    r"(?:share|teilen|teilen mit|gefällt mir|partager|partager ceci|j[’']aime ceci|compartir) ?:",
    r"(?:이것이 좋아요|공유하기|شارك(?: هذا)?) ?:",
)
NETWORK = _pattern(
    r"twitter|x|facebook|linkedin|whatsapp|telegram|reddit|pinterest|tumblr|mastodon|bluesky|threads",
    r"e-?mail|print|tweet|pocket|xing|copy link|drucken|imprimer|mehr|more|plus",
    r"kakaotalk|카카오톡|페이스북|트위터",
)
BUTTON = _pattern(
    r"(?:like )?loading ?(?:\.{3}|…)|wird geladen ?(?:\.{3}|…)",
    r"click to (?:share|email|print).{1,80}|klick,? um .{1,60}|cliquez pour .{1,60}",
    r"share (?:on|via) \w+|\(?opens in new window\)?",
    r"advertisement|anzeige|publicité|광고|إعلان",
    r"skip to (?:main )?content|(?:zum|springe zum) inhalt(?: springen)?",
    r"aller au contenu(?: principal)?|تخط[يى] إلى المحتوى",
    r"(?:콘텐츠|본문)(?:으로)? ?(?:바로 ?가기|건너뛰기)",
)
AT_THE_TOP = _pattern(
    r"(?:main |primary |toggle )?(?:menu|navigation)|menü|메뉴|القائمة",
    r"search|suche|recherche|검색|بحث",
    r"home|startseite|accueil|홈|الرئيسية",
    r"subscribe|sign (?:in|up)|log ?in|close|로그인",
    r"\d+ min(?:ute)?s? read|\d+ min\. lesezeit|(?:lesezeit|(?:temps de )?lecture) ?:? \d+ min\w*\.?",
)
AT_THE_END = _pattern(
    r"related(?: (?:posts?|articles?|stories))?:?|you (?:may|might) also like:?",
    r"ähnliche (?:beiträge|artikel):?|articles? (?:similaires|connexes):?|sur le même thème:?",
    r"관련 ?(?:글|기사):?|مقالات ذات صلة",
    (
        r"(?:[←‹«] ?)?(?:previous|older|vorheriger|précédent|이전)(?: (?:posts?|articles?|beitrag|글))?"
        r"(?:: ?.+)?"
    ),
    r"(?:next|newer|nächster|suivant|다음)(?: (?:posts?|articles?|beitrag|글))?(?:: ?.+)?(?: ?[→›»])?",
    r"← .+|.+ →",
    r"post navigation|beitrags-?navigation|navigation de l[’']article|글 ?(?:내비게이션|탐색)",
    r"(?:posted|published|filed) (?:in|under|by) .{1,120}",
    r"veröffentlicht (?:in|von) .{1,120}|publié dans .{1,120}",
)
TAG_LINE = _pattern(
    r"(?:(?:tags|schlagwörter|schlagworte|étiquettes|태그|الوسوم) ?:|tagged(?: with)?:?) ?(?P<tags>.{1,300})"
)
TAG_ENDS = re.compile(r" ?[,،、;|·#] ?")
