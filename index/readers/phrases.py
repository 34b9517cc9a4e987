"""Chrome in Ukrainian, Russian, German, French, Spanish and Polish: a table of phrases by label.

`chrome` knows the English ones. Each entry is a regular expression, in this order of languages.
"""

from __future__ import annotations

import re


def _any(*languages: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(languages)})", re.I)


# A line that is only a button, a menu entry or the mark of an advertisement.
CONTROL = _any(
    r"головна|новини|пошук|меню|увійти|реєстрація|поділитися|надрукувати|реклама|"
    r"на правах реклами|підписатися|далі|назад|більше|відео|фото|завантаження\W*",
    r"главная|новости|поиск|войти|регистрация|поделиться|распечатать|на правах рекламы|"
    r"подписаться|далее|ещё|видео",
    r"startseite|suche|menü|anmelden|registrieren|teilen|drucken|anzeige|werbung|abonnieren|weiter|"
    r"zurück|mehr|merken|kommentieren|artikel (?:teilen|drucken|merken)|zur startseite",
    r"accueil|recherche(?:r)?|se connecter|s['’]inscrire|partager|imprimer|publicité|s['’]abonner|"
    r"suivant|précédent|je m['’]abonne|lire la suite|réservé aux abonnés",
    r"inicio|portada|buscar|iniciar sesión|registrarse|compartir|imprimir|publicidad|suscribirse|"
    r"siguiente|anterior|leer más|guardar",
    r"strona główna|szukaj|zaloguj(?: się)?|zarejestruj(?: się)?|udostępnij|drukuj|reklama|"
    r"subskrybuj|dalej|wstecz|więcej|czytaj dalej",
)
# What leads to another story, alone or with its headline.
RELATED = _any(
    r"(?:читайте|дивіться|слухайте)\s+(?:також|ще|більше|за темою)|(?:також|ще)\s+читайте|"
    r"(?:за темою|на цю тему|схожі (?:новини|матеріали)|пов[’'ʼ]язані (?:новини|теми))",
    r"(?:читайте|смотрите|слушайте)\s+(?:также|ещё|еще|по теме)|(?:также|ещё)\s+читайте|"
    r"(?:по теме|на эту тему|похожие (?:новости|материалы))",
    r"(?:lesen|sehen|hören)\s+sie\s+(?:auch|hier|mehr|dazu)|mehr\s+(?:zum thema|dazu|lesen)|"
    r"(?:auch|das könnte sie(?: auch)?) interess(?:ant|ieren)|zum thema|siehe auch|"
    r"verwandte (?:themen|artikel)",
    r"(?:à )?lire\s+(?:aussi|également|notre)|(?:à voir|voir)\s+(?:aussi|également)|"
    r"sur le même (?:sujet|thème)|articles? (?:liés?|similaires?)|pour aller plus loin",
    r"(?:lea|lee|leer|vea|ver)\s+(?:también|además|más)|(?:te|le) puede interesar|"
    r"(?:noticias|artículos) relacionad[ao]s|más (?:sobre|información)",
    r"(?:czytaj|przeczytaj|zobacz|posłuchaj)\s+(?:też|także|również|więcej)|"
    r"(?:w tym temacie|podobne (?:artykuły|wiadomości)|powiązane (?:artykuły|tematy))",
)
# The heading of something else than the article.
SECTION = _any(
    r"(?:останні|головні|популярні|топ|інші|партнерські)\s*(?:новини|публікації)|популярне|"
    r"новини партнерів|найпопулярніше|теги|теми|редакція рекомендує|вибір редакції",
    r"(?:последние|главные|популярные|другие)\s*(?:новости|публикации)|популярное|"
    r"новости партнёров|новости партнеров|самое читаемое|теги|выбор редакции",
    r"meist\s?gelesen(?:e artikel)?|am häufigsten gelesen|aktuelle nachrichten|weitere "
    r"(?:artikel|nachrichten|themen|meldungen)|newsletter|schlagworte|themen|"
    r"empfehlungen der redaktion",
    r"les plus (?:lus|partagés|commentés)|à la une|dernières? (?:actualités|infos|minutes)|"
    r"nos (?:articles|newsletters)|contenus? sponsorisés?|mots[- ]clés|la rédaction vous conseille",
    r"lo más (?:leído|visto|comentado)|últimas noticias|más noticias|etiquetas|temas|"
    r"contenido patrocinado|boletín(?:es)?|te recomendamos",
    r"(?:najczęściej|najchętniej) (?:czytane|komentowane)|najnowsze|polecane|popularne|tagi|tematy|"
    r"najnowsze (?:wiadomości|artykuły)|materiały? partnera|redakcja poleca",
)
COMMENTS = _any(
    r"(?:\d+\s*)?(?:коментар[іяів]*|відгук[иів]*)(?:\s?\(?\d+\)?)?|(?:залишити|додати) коментар.*",
    r"(?:\d+\s*)?комментар[ияев]*(?:\s?\(?\d+\)?)?|(?:оставить|добавить) комментарий.*",
    r"(?:\d+\s*)?kommentare?(?:\s?\(?\d+\)?)?|kommentar (?:schreiben|verfassen).*",
    r"(?:\d+\s*)?(?:commentaires?|réactions?)(?:\s?\(?\d+\)?)?|"
    r"(?:laisser|ajouter) un commentaire.*",
    r"(?:\d+\s*)?comentarios?(?:\s?\(?\d+\)?)?|(?:deja|añadir|escribe) (?:un|tu) comentario.*",
    r"(?:\d+\s*)?komentarz[eyai]*(?:\s?\(?\d+\)?)?|(?:dodaj|napisz) komentarz.*",
)
# What speaks to the reader of the site, or of its rights.
NOTICE = _any(
    r"підпи(?:суйтес[ья]|шіться) на|стежте за (?:нами|нашими)|(?:помітили|знайшли) помилку|"
    r"ctrl\s?\+\s?enter|(?:усі|всі) права (?:захищ|застереж)ені|передрук|"
    r"(?:читайте|дивіться) нас (?:в|у|на)|політик[аи] конфіденційності|файли cookie|"
    r"підтрима(?:йте|ти) (?:нас|редакцію)|приєднуйтес[ья] до",
    r"подпи(?:сывайтесь|шитесь) на|следите за (?:нами|нашими)|(?:заметили|нашли) ошибку|"
    r"все права защищены|перепечатк|политик[аи] конфиденциальности|файлы cookie|"
    r"поддержите (?:нас|редакцию)|присоединяйтесь к",
    r"abonnieren sie|jetzt (?:abonnieren|anmelden|registrieren)|melden sie sich (?:hier|jetzt|für)|"
    r"folgen sie uns|alle rechte vorbehalten|datenschutz(?:erklärung|bestimmungen)|"
    r"nutzungsbedingungen|verwendet cookies|unse(?:r|ren) newsletter|unterstützen sie uns",
    r"abonnez[- ]vous|inscrivez[- ]vous|suivez[- ]nous|tous droits réservés|politique de "
    r"confidentialité|conditions (?:générales )?d['’]utilisation|utilise des cookies|"
    r"notre newsletter|soutenez[- ]nous|cet article est réservé",
    r"suscr[ií]b(?:ete|ase)|síguenos|todos los derechos reservados|política de privacidad|"
    r"utiliza cookies|nuestr[ao] (?:newsletter|boletín)|regístrate|apóyanos|queda prohibida",
    r"zapisz się|subskrybuj|obserwuj nas|dołącz do nas|wszelkie prawa zastrzeżone|"
    r"polityk[aię] prywatności|pliki cookies?|(?:zauważyłeś|widzisz) błąd|nasz(?:ego)? newsletter|"
    r"wesprzyj nas|polub nas",
)
CREDIT = _any(
    r"^(?:фото|ілюстрація|скриншот|інфографіка|відео)\s?(?:[:|/©—–]|із|з\s|з[іа]\s|надан)",
    r"^(?:иллюстрация|скриншот|инфографика|фото из)",
    r"^(?:foto|bild|grafik|symbolbild|archivbild|quelle)s?\s?[:|/©]",
    r"^(?:crédits?(?: photo)?|photo|illustration)\s?[:|/©]",
    r"^(?:foto(?:grafía)?|imagen|ilustración|crédito)\s?[:|/©]",
    r"^(?:zdjęcie|fot\.|rys\.|grafika|źródło)\s?[:|/©]?",
)
# Who wrote it: a word with a colon in front of a name, or a preposition alone with one.
BYLINE = re.compile(
    r"^\s*(?:автор[каи]*|текст|auteurs?|texte|autor(?:in|es|a|zy|ka)?|tekst|redacción|"
    r"(?:von|par|por)(?=\s+(?-i:(?:[^\W\d_a-zà-ÿа-яіїєґ][\w.’'-]+\s?){2,4}$)))\s*:?\s+(?=[^\W\d_])",
    re.I,
)
