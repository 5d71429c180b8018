"""Kinds of message: each recognised by its words, English never taken for another language."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedder import MiniLMEmbedding
from qa.questions.kinds import Kind, Kinds, reply, topic
from qa.questions.language import foreign
from qa.questions.parts import parts

FOREIGN = """
Que dit Macron?
Merci
Pourquoi Budapest?
Was sagte Trump?
Wie geht es Putin
Wer gewann?
Qué pasa?
Quien es Orban
Cosa succede?
Dove va Putin?
Quem é Orbán?
Obrigado
Wie is Orban?
Wat gebeurt er?
Wer vertritt Russland beim Gipfel?
Wann findet das Treffen in Budapest statt?
Was sagte Trump über die Raketen?
Warum wurde der Gipfel verschoben?
Wie viele Menschen wurden verletzt?
Fasse den Artikel zusammen, bitte nicht zu lang
Qui représente la Russie au sommet ?
Quand aura lieu la rencontre ?
Pourquoi Trump a-t-il appelé Poutine ?
Combien de missiles ont été vendus ?
Qu'est-ce que Zelensky a dit ?
Où se tiendra le sommet ?
¿Quién representa a Rusia en la cumbre?
Cuándo se celebra la reunión
Qué dijo Orbán sobre la paz
cuántos misiles fueron vendidos
Dónde se reunirán Trump y Putin?
Por qué Putin llamó a Trump
Chi rappresenta la Russia al vertice?
Quando si terrà l'incontro di Budapest?
Cosa ha detto Zelensky?
Perché il vertice è stato rinviato?
Quanti missili sono stati venduti?
Dove si incontrano Trump e Putin?
Quem representa a Rússia na cúpula?
Quando será a reunião em Budapeste?
O que disse Trump sobre os mísseis?
Quantas pessoas foram feridas?
Por que o encontro foi adiado?
Onde fica o hospital?
Wie vertegenwoordigt Rusland op de top?
Wanneer vindt de ontmoeting plaats?
Wat zei Trump over de raketten?
Hoeveel mensen zijn gewond?
Waarom is de top uitgesteld?
Waar is het ziekenhuis?
Kto reprezentuje Rosję na szczycie?
Kiedy odbędzie się spotkanie?
Co powiedział Trump o rakietach?
Dlaczego spotkanie zostało odwołane?
Ile osób jest rannych?
Gdzie jest szpital?
Ki képviseli Oroszországot a csúcson?
Mikor lesz a találkozó Budapesten?
Mit mondott Orbán Viktor a békéről?
Hány ember sérült meg?
Miért halasztották el a találkozót?
Hol van a kórház?
Zirvede Rusya'yı kim temsil ediyor?
Toplantı ne zaman yapılacak?
Trump füzeler hakkında ne dedi?
Kaç kişi yaralandı?
Neden ertelendi?
Vem representerar Ryssland på toppmötet?
När äger mötet rum?
Vad sa Trump om robotarna?
Hur många skadades?
Varför sköts mötet upp?
Hvem repræsenterer Rusland på topmødet?
Hvornår finder mødet sted?
Hvad sagde Trump om missilerne?
Hvorfor blev mødet udsat?
Kuka edustaa Venäjää huippukokouksessa?
Milloin tapaaminen pidetään?
Mitä Trump sanoi ohjuksista?
Miksi kokous siirrettiin?
Cine reprezintă Rusia la summit?
Când va avea loc întâlnirea?
Ce a spus Trump despre rachete?
De ce a fost amânat summitul?
Kdo zastupuje Rusko na summitu?
Kdy se setkání uskuteční?
Co řekl Trump o raketách?
Proč byl summit odložen?
Siapa yang mewakili Rusia?
Kapan pertemuan itu diadakan?
Mengapa pertemuan itu ditunda?
Ai đại diện cho Nga tại hội nghị?
Khi nào cuộc họp diễn ra?
Кто представляет Россию на саммите?
Хто представляє Україну?
Что сказал Трамп?
Кой представлява Русия?
Ποιος εκπροσωπεί τη Ρωσία;
谁代表俄罗斯?
会談はいつですか
누가 러시아를 대표합니까?
من يمثل روسيا في القمة؟
מי מייצג את רוסיה?
रूस का प्रतिनिधित्व कौन करता है?
ใครเป็นตัวแทนของรัสเซีย
"""
NAMES = """
Was Rubio in Alaska?
Was Trump hat maker
el niño effects
Die Hard sequel
where was temüjin's patron exiled?
Orbán Budapest?
Zelensky Tomahawk?
Trump Putin Budapest summit
Ursula von der Leyen?
Charles de Gaulle
Rodríguez Zapatero y Aznar
Who is Luiz Inácio Lula da Silva?
Orbán Viktor
Rio de Janeiro
Los Angeles
Le Monde
Die Zeit report
Der Spiegel on Merz
El País editorial
Corriere della Sera
São Paulo protests
La Liga results
Erdoğan Ankara
Łódź mayor
Who is Søren Kierkegaard?
Ho Chi Minh City
Ban Ki-moon
Kim Jong Un missiles
Kosovo Albin Kurti
Côte d'Ivoire election
Médecins Sans Frontières
Cirque du Soleil
what is "слава україні"?
What does "Was ist das" mean?
Zelenskyy/Зеленський visit
why?
57?
ERAM
Per Mertesacker
Ai Weiwei
Dai Nippon
Jak Crawford
Kas Foundation
Van Gogh
Dan Brown
Con Edison outage
Ni Hao
Di Maria goal
Mit Romney
Kan Ichi
Sono Motors
De Telegraaf
Het Parool
Sri Lanka
Que Pasa Media
Ile de France
Kate Middleton et al.
Dove soap
Non Stop
Och aye
Note Dame
BBC
Quanta computer
Hay festival
Para athletics
Como 1907 Serie A
Co-op
Sobre Mesa
Med school costs
Est. 1920
Vad
Juan Carlos Quiñones
Paris Saint-Germain
Jean-Luc Mélenchon Marine Le Pen
Pedro Sánchez Yolanda Díaz
Lech Wałęsa Solidarność
Recep Tayyip Erdoğan AKP
Gdańsk Westerplatte
"""


# Not looked at when the weights were fitted.
FRESH_FOREIGN = """
Qui a gagné?
Combien de morts?
Où est Macron?
Pourquoi cette grève?
Quand vote-t-on?
Quel est le prix du blé?
Que veut le syndicat?
Le maire a-t-il démissionné?
Wer ist Scholz?
Wie viele Tote?
Wo brennt es?
Wann wird gewählt?
Warum streikt die Bahn?
Was kostet das Projekt?
Gibt es Verletzte?
Ist die Brücke offen?
¿Cuántos heridos hay?
Quién ganó?
Dónde está Maduro?
Por qué protestan?
Cuándo llega el tren?
Qué dijo Sánchez?
Cuanto cuesta el puente?
Hay alguna noticia de hoy?
Chi ha vinto?
Quanti morti ci sono?
Dove sono i soldi?
Perché sciopera?
Cosa dice Meloni?
Quando riapre la scuola?
Quanto costa il ponte?
Quem venceu a eleição?
Quantos mortos houve?
Onde foi o incêndio?
O que disse Lula?
Quando chove?
Quanto custa a ponte?
Wie heeft gewonnen?
Hoeveel doden zijn er?
Waar is Rutte?
Wat kost het?
Waarom staken ze?
Kto wygrał wybory?
Ilu jest rannych?
Gdzie jest Tusk?
Dlaczego strajkują?
Co się stało?
Ki nyerte meg?
Hol van Orbán?
Mennyibe kerül?
Miért sztrájkolnak?
Kim kazandı?
Kaç kişi öldü?
Erdoğan ne dedi?
Deprem nerede oldu?
Vem vann valet?
Hur många döda?
Var är bron?
Varför strejkar de?
Hvem vant valget?
Hvor mange døde?
Hvad koster broen?
Kuka voitti vaalit?
Missä on Stubb?
Kuinka monta kuollutta?
Cine a câștigat?
Unde este Iohannis?
Câți morți sunt?
Kdo vyhrál volby?
Kolik je mrtvých?
Kde je prezident?
Tko je pobijedio?
Gdje je most?
Siapa yang menang?
Berapa banyak korban?
Di mana presiden?
Ai đã thắng?
Có bao nhiêu người chết?
Quants morts hi ha?
Qui va guanyar?
Ποιος κέρδισε;
Кто выиграл?
Где Путин?
Скільки загиблих?
Кой спечели?
谁赢了?
誰が勝った?
누가 이겼어?
من فاز؟
מי ניצח?
कौन जीता?
ใครชนะ
"""
FRESH_ENGLISH = """
Who won?
Who won Toulouse?
How many dead?
Where is Scholz?
Why strike now?
Who owns Le Figaro?
Is Macron ill?
When does Bundestag vote?
Was Tusk there?
Did Meloni resign?
What is Hrvatska Elektroprivreda?
who is ursula von der leyen
where is são tomé
Sánchez on amnesty?
Rutte Mark NATO chief
what did lula say
Bolsonaro trial verdict
cost of bridge
price of wheat
number of injured
any survivors?
and the mayor?
is it over
what gusts were there?
Deutsche Bahn strike date
Societe Generale profit
Volkswagen Wolfsburg job cuts
Banco Santander fine
Ryanair Marrakech flight
Hurricane Otis Acapulco damage
Who leads Fratelli d'Italia?
Who heads La France Insoumise?
What is Alternative für Deutschland?
Prawo i Sprawiedliwość votes
Orbán's Fidesz seats
did erdogan meet putin
ibuprofen dosage children
covid vaccine mandate
Nobel prize literature
Oscar nominees 2024
GDP Germany Q3
inflation rate Argentina
minimum wage Spain
Real Madrid score
Borussia Dortmund coach
AC Milan v Inter
Tour de France winner
Giro d'Italia stage 5
Vuelta a España route
Cannes Palme d'Or
Bayreuth Siegfried cast
Tosca premiere La Scala
Angela Merkel memoir
Olaf Scholz Emmanuel Macron
Giorgia Meloni Elly Schlein
Pedro Sánchez Carles Puigdemont
Who is Kaja Kallas?
Who is Thích Nhất Hạnh?
Nguyễn Phú Trọng death
Sauli Niinistö successor
Mette Frederiksen Grønland
Åland islands status
Malmö Eurovision protest
Århus harbour plan
whats up in göteborg
how many pepole dyed
wich contry won
hwo is the presdent
wher was the fire
goverment colapse date
minster resigns why
sumit budapest date
tell me more
go on
continue
are you sure?
Summarise
latest news
timeline of strike
compare Orbán Tusk
list victims
fuel duty
train times
bin strike
pub closures
vape ban
rugby final
nurse pay
M25 tolls
HS2 cost
ULEZ zone
EU tariffs
iPhone 17 price
TikTok ban
Elon Musk pay
Taylor Swift tour
Gaza ceasefire
Kharkiv shelling
Zaporizhzhia plant
Rafah crossing
Tigray famine
Haiti gangs
Nagorno-Karabakh exodus
Svalbard treaty
Chernobyl dome
Nord Stream blast
"""


@pytest.fixture(scope="module")
def kinds(embedder: MiniLMEmbedding) -> Kinds:
    return Kinds(embedder)


@pytest.mark.parametrize(
    ("texts", "least"), [(FOREIGN, 0.90), (FRESH_FOREIGN, 0.85)], ids=["fitted", "fresh"]
)
def test_another_language_is_recognised(kinds: Kinds, texts: str, least: float) -> None:
    lines = texts.strip().splitlines()
    assert sum(kinds.kind(text) == "language" for text in lines) >= least * len(lines)


@pytest.mark.parametrize(
    ("texts", "most"), [(NAMES, 1), (FRESH_ENGLISH, 0)], ids=["fitted", "fresh"]
)
def test_english_full_of_names_is_english(texts: str, most: int) -> None:
    assert sum(map(foreign, texts.strip().splitlines())) <= most


@pytest.mark.parametrize(
    "text", ["Кто выиграл?", "谁赢了?", "من فاز؟", "कौन जीता?", "Путин и Trump"]
)
def test_another_script_is_another_language(text: str) -> None:
    assert foreign(text)


@pytest.mark.parametrize("text", ["", "57?", "who wrote Мастер и Маргарита", "?!"])
def test_what_only_mentions_another_script_or_nothing_is_english(text: str) -> None:
    assert not foreign(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hi", "greeting"),
        ("Hello there!", "greeting"),
        ("good morning", "greeting"),
        ("hello, who is Orbán?", "fact"),
        ("thanks", "thanks"),
        ("Great, thank you so much!", "thanks"),
        ("Thanks, and who represents Russia?", "fact"),
        ("What can you do?", "about"),
        ("help", "about"),
        ("which articles do you have?", "about"),
        ("Summarise this", "summary"),
        ("Summarise the news about Ukraine", "summary"),
        ("Can you give me the main points?", "summary"),
        ("tl;dr", "summary"),
        ("Tell me about Naftogaz", "summary"),
        ("What do the articles say about Hungary?", "summary"),
        ("What were the key points of the deal?", "summary"),
        ("What is the summary judgment about?", "fact"),
        ("What's new?", "news"),
        ("Give me the latest on Tomahawks", "news"),
        ("What's happening in Gaza?", "news"),
        ("latest on the summit", "news"),
        ("Any news about Zelensky?", "news"),
        ("What happened today?", "news"),
        ("What happened in Alaska?", "fact"),
        ("What is the newest missile?", "fact"),
        ("What did Putin say about Tomahawks?", "fact"),
        ("What does the White House say about the intelligence sharing?", "fact"),
        ("How did the EU react?", "fact"),
        ("How many people said they would vote?", "fact"),
        ("How many articles does the text say he wrote?", "fact"),
        ("Which countries buy Russian oil?", "list"),
        ("What missiles did the US sell?", "list"),
        ("List the people at the summit", "list"),
        ("Name three leaders", "list"),
        ("Which nation contains the forest?", "fact"),
        ("What causes the tides?", "fact"),
        ("Did Putin agree?", "yesno"),
        ("Isn't Hungary in the EU?", "yesno"),
        ("Who is Orbán?", "fact"),
        ("How many people were injured?", "fact"),
        ("Recapitalisation of the bank: how much?", "fact"),
        ("Listeria outbreak: how many died?", "fact"),
        ("Newsagents on strike: where?", "fact"),
        ("Helpline number?", "fact"),
        ("Thanksgiving: how many turkeys?", "fact"),
        ("Greatness of the team?", "fact"),
        ("", "fact"),
    ],
)
def test_kind(kinds: Kinds, text: str, expected: Kind) -> None:
    assert kinds.kind(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Summarise the Budapest summit", "Budapest summit"),
        ("Can you summarize the news on ERAM missiles?", "ERAM missiles"),
        ("Give me a short summary of Trump's call with Putin", "Trump's call with Putin"),
        ("Summarise this", ""),
        ("Summarise all of the articles, please", ""),
        ("What were the key points of the deal?", "deal"),
        ("What is new on sanctions?", "sanctions"),
        ("Give me the latest on Tomahawks", "Tomahawks"),
        ("What's happening in Gaza?", "Gaza"),
        ("Latest news", ""),
        ("What did Putin say about gas?", ""),
    ],
)
def test_topic(kinds: Kinds, text: str, expected: str) -> None:
    assert topic(text, kinds.kind(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "In which month was the summit, and how long did the call last?",
            ("In which month was the summit?", "How long did the call last?"),
        ),
        (
            "When did the call happen and how long did it last?",
            ("When did the call happen?", "How long did the call last?"),
        ),
        (
            "Did Trump and Putin talk, and what did they discuss?",
            ("Did Trump and Putin talk?", "What did Trump and Putin discuss?"),
        ),
        ("What is ERAM and how far can it fly?", ("What is ERAM?", "How far can ERAM fly?")),
        ("Who won? What was the turnout?", ("Who won?", "What was the turnout?")),
        ("What did Putin say, and did Trump agree?", ("What did Putin say?", "Did Trump agree?")),
    ],
)
def test_several_questions_are_taken_apart(text: str, expected: tuple[str, ...]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "What did Trump and Putin discuss?",
        "Tell me who Orbán is and what he said",
        "Which states border Hungary and Romania?",
        "What do we know about Orbán and what he wants?",
        "Is Wellington in the north or south island?",
        "Who sang and danced?",
        "Who attacked Saratov and why?",
        "Where and when will they meet?",
        "Why did Orban and when did Putin agree?",
        "",
    ],
)
def test_one_question_stays_as_it_is(text: str) -> None:
    assert parts(text) == (text,)


@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=120))
def test_any_message_has_a_kind(kinds: Kinds, text: str) -> None:
    named = kinds.kind(text)
    assert kinds.kind(text) == named
    assert topic(text, named) in text
    assert parts(text)


@pytest.mark.parametrize(
    "text",
    [
        "please " * 3000,
        "hi " * 5000 + "x",
        "what did " * 2000,
        "thanks for the " * 2000,
        "a and who " * 500,
    ],
)
def test_a_long_message_is_read_in_reasonable_time(kinds: Kinds, text: str) -> None:
    assert kinds.kind(text)
    assert parts(text)


def test_replies_say_what_can_be_asked_and_show_titles_as_one_line() -> None:
    talk: list[Kind] = ["greeting", "thanks", "about"]
    shown = [reply(name, 12, ["Summit in Budapest", "A\nB", "C", "D"]) for name in talk]
    assert len(set(shown)) == 3
    for text in shown:
        assert "12 articles" in text
        assert "Summit in Budapest; A B; C." in text
