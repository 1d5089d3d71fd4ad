"""Which language a message is in. The messages were written before the words were weighed."""

import statistics
from time import perf_counter

import pytest

from app.speech.language import language_of

MESSAGES = {
    "en": [
        "a cello please", "Do you have violins for kids?", "how much is it", "something quieter", "hello there",
        "I want to rent a drum kit", "thank you!", "the cheaper one", "is it still available",
        "for my daughter, she is 8",
        "under 20 a day", "what about a trumpet", "can I bring it back later", "not that one", "next weekend",
        "we need two microphones", "good morning", "which one is best for a beginner?",
        "yes, the first", "an electric guitar",
    ],
    "de": [
        "cello bitte", "Haben Sie Geigen für Kinder?", "was kostet das", "etwas Leiseres", "Guten Tag",
        "Ich möchte ein Schlagzeug mieten", "danke!", "das günstigere", "ist es noch frei",
        "für meine Tochter, sie ist 8",
        "unter 20 am Tag", "und eine Trompete?", "kann ich es später zurückgeben", "nicht dieses",
        "nächstes Wochenende",
        "wir brauchen zwei Mikrofone", "Grüß Gott", "welche ist für Anfänger am besten?",
        "ja, die erste", "eine E-Gitarre",
    ],
    "fr": [
        "un violoncelle svp", "Avez-vous des violons pour enfants ?", "c'est combien",
        "quelque chose de moins bruyant",
        "bonjour", "Je voudrais louer une batterie", "merci !", "le moins cher", "est-il encore disponible",
        "pour ma fille, elle a 8 ans", "moins de 20 par jour", "et une trompette ?",
        "puis-je le rendre plus tard",
        "pas celui-là", "le week-end prochain", "il nous faut deux micros", "bonsoir",
        "lequel pour un débutant ?",
        "oui, le premier", "une guitare électrique",
    ],
    "es": [
        "un violonchelo por favor", "¿Tienen violines para niños?", "cuánto cuesta",
        "algo más silencioso", "buenas",
        "Quiero alquilar una batería", "¡gracias!", "el más barato", "todavía está disponible",
        "para mi hija, tiene 8 años",
        "menos de 20 al día", "¿y una trompeta?", "puedo devolverlo más tarde", "ese no",
        "el próximo fin de semana",
        "necesitamos dos micrófonos", "buenos días", "¿cuál es mejor para un principiante?", "sí, el primero",
        "una guitarra eléctrica",
    ],
    "it": [
        "un violoncello per favore", "Avete violini per bambini?", "quanto costa",
        "qualcosa di più silenzioso", "ciao",
        "Vorrei noleggiare una batteria", "grazie!", "quello meno caro", "è ancora disponibile",
        "per mia figlia, ha 8 anni",
        "meno di 20 al giorno", "e una tromba?", "posso riportarlo più tardi", "non quello",
        "il prossimo fine settimana",
        "ci servono due microfoni", "buonasera", "quale va bene per un principiante?", "sì, il primo",
        "una chitarra elettrica",
    ],
    "ar": [
        "تشيلو من فضلك", "هل عندكم كمان للأطفال؟", "كم السعر", "شيء أهدأ", "مرحبا",
        "أريد استئجار طبول", "شكرا!", "الأرخص",
        "هل ما زال متاحا", "لابنتي عمرها 8 سنوات", "أقل من 20 في اليوم", "وماذا عن البوق؟",
        "هل يمكنني إرجاعه لاحقا",
        "ليس هذا", "نهاية الأسبوع القادم", "نحتاج ميكروفونين", "صباح الخير",
        "أيها أفضل للمبتدئين؟", "نعم، الأول", "جيتار كهربائي",
    ],
}  # fmt: skip
# Dutch, Portuguese, Swedish, Danish, Polish, Czech, Turkish, Romanian, Catalan, Hungarian, Finnish, Persian and others.
OTHERS = [
    "Ik zoek een gitaar", "Heeft u een viool voor kinderen?", "Quero alugar uma bateria",
    "um violão para minha filha",
    "Jag vill hyra en cello", "Har ni en fiol till min dotter?", "Jeg vil gerne leje et klaver",
    "Szukam gitary dla córki",
    "Chci si půjčit housle", "Bir gitar kiralamak istiyorum", "Aș vrea să închiriez o chitară",
    "Vull llogar un violí",
    "Szeretnék bérelni egy hegedűt", "Haluan vuokrata kitaran", "Saya ingin menyewa gitar",
    "می‌خواهم یک گیتار اجاره کنم",
    "Хочу взять гитару напрокат", "ギターを借りたいです", "Θέλω να νοικιάσω μια κιθάρα",
    "Tôi muốn thuê một cây đàn guitar",
    "Hebben jullie ook een piano?", "wat kost het per dag", "een altsaxofoon voor mijn zoon",
    "Tem um saxofone alto?", "quanto custa por dia", "preciso de um teclado barato",
    "Vad kostar en trumpet per dag?", "finns det en billigare", "Hvad koster en klarinet?",
    "noget billigere tak", "Ile kosztuje wynajem trąbki?", "coś tańszego",
    "Kolik stojí klavír na den?", "Daha ucuz bir şey var mı?", "Cât costă un pian pe zi?",
    "teniu un piano digital?", "Van valami olcsóbb?", "Onko teillä halvempaa?",
    "ada yang lebih murah?", "قیمت این ویولن چقدر است؟",
]  # fmt: skip
UNDECIDED = ["ok", "Yamaha P-145", "piano", "jazz", "3/4", "??", "", "🎻", "ukulele", "Roland FP-30X", "12.50", "cello"]


@pytest.mark.parametrize("language", MESSAGES)
def test_a_short_message_tells_its_language(language):
    """At least 19 of 20, and none of them another one's."""
    heard = [language_of(message) for message in MESSAGES[language]]
    assert heard.count(language) >= 19
    assert set(heard) <= {language, None}


def test_another_language_is_none_of_the_six():
    assert {message: heard for message in OTHERS if (heard := language_of(message))} == {}


@pytest.mark.parametrize("message", UNDECIDED)
def test_some_messages_tell_nothing(message):
    assert language_of(message) is None


def test_it_takes_less_than_a_millisecond():
    times = []
    for message in (message for messages in MESSAGES.values() for message in messages):
        started = perf_counter()
        language_of(message)
        times.append(perf_counter() - started)
    assert statistics.median(times) < 0.001
