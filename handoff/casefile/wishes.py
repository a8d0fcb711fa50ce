"""The words that tell a wish from an answer, a thank-you or a request for a person, in both languages."""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _any(text: str) -> re.Pattern[str]:
    """Any of the comma-separated phrases as whole words of a text in lower case."""
    phrases = (" ".join(phrase.split()).replace(" ", r"\s+") for phrase in text.split(","))
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


COURTESY = _set(
    """
    hi hello hey hiya yo there dear good morning afternoon evening day thanks thank thx ty cheers you
    very much so ok okay k yes yeah yep yup no nope nah sure great perfect fine bye goodbye well hmm oh
    ah um uh alright right please pls hurry quick quickly fast i'm im really worried hope waiting lol
    sorry sir madam anyone anybody wow cool nice love lovely wonderful brilliant awesome then and but
    welcome all best regards kind hei heisann hallo hallå heia god morgen dag kveld takk tusen mange ja
    jo jepp nei neivel nja greit flott supert super fint bra ha det hade okei vel vennligst fort jeg er
    bekymret venter skynd deg dere da men åh uff oi herregud akkurat beklager unnskyld kjempebra topp
    perfekt for hjelpen skjønner forstår mvh hilsen vennlig sånn altså jaha hm
    """
)
"""Words that greet, thank, agree, hurry or say goodbye: a message of nothing else states no wish."""

FEEDBACK = _set(
    """
    that that's thats this it it's its the answer article link did does didn didnt didn't doesn doesnt
    doesn't at all anything really bit either not help helped helpful help? work worked works solve
    solved wrong useless what i asked still t s isn isn't isnt wasn wasn't is was same thing nothing
    tried done already have i've ive twice again before yes too also obviously everything every time
    nope cleaned reinstalled restarted rebooted a lot hele tatt noe det den dette svaret artikkelen
    hjalp hjelper ikke virket virker fungerte fungerer løste var er fortsatt prøvd har gjort allerede
    samme også funket funker gjorde ingenting flere ganger to
    """
)
"""Words that say of an answer whether it helped, or of a step that it is done."""

PERSON = _set(
    """
    human humans person people agent agents someone somebody representative rep operator advisor adviser
    staff anyone support service real actual live manager supervisor boss colleague officer engineer
    specialist technician man woman menneske mennesker kundebehandler kundeservice rådgiver noen nån
    ekte ordentlig saksbehandler medarbeider sjef leder sjefen personen folk kollega konsulent veileder
    """
)
"""Words for a person of the company."""

REQUEST = _set(
    """
    i i'd id i'll want wanna need would rather prefer like love get find fetch can could may might
    please pls just now to a an the talk talking speak speaking chat with connect transfer put pass
    switch hand over through let me my us we your from at instead not no bot robot machine for of in is
    there who that this it do have are only then don't dont tbh actually someone else ask give back
    again really must demand already one call customer ask? answer on want? about look fix knows help up
    escalate escalated hold team and phone text message english jeg æ vi vil ønsker trenger må kan får
    få snakke prate chatte ringe med meg deg dere oss du en ei et å overført overføre sett sette til
    heller bare vær så snill nå fra gjerne lov om som og skal maskin nesten da finnes er det den der noe
    spørre svare hjelpe vet av ha tak kontakt neste være sånn ring tilbake hjelp tar greit grei takk
    engelsk norsk koble videre inn på kunne skulle gi fått
    """
)
"""What else a request for a person is made of."""

PERSON_ASKED = _any(
    "talk, speak, chat, connect, transfer, put me, get me, give me, pass me, real, human, "
    "agent, person, someone, somebody, manager, supervisor, anyone, "
    "call me, call us, phone me, ring meg, ring oss, speak english, representative, "
    "operator, officer, engineer, snakke, prate, overfør\\w*, sett meg, menneske, "
    "kundebehandler, saksbehandler, noen, nån, sjef, leder, "
    "rådgiver, medarbeider, folk"
)

ASKED_FOR = _any(
    "i['’]?d like, i would like, i want, we want, we['’]?d like, we need, i need, i have to, "
    "i must, i wish, i demand, want (?:my|the|it|a|to|this|that|all), can you, can u, can i, "
    "can we, could you, could u, could i, could we, would you, will you, is it possible, "
    "please, pls, plz, trying to, looking for, i expect, you (?:must|need to|have to"
    "|should), "
    "help (?:me|us) with, let me (?!speak|talk|know), "
    "need (?:to|it|a|the|my|help|this|new|an), like to, "
    "jeg vil, vil jeg, vil vi, må \\w+s, lurer på, eg vil, æ vil, vi vil, jeg ønsker, "
    "vi ønsker, passer (?:bedre|best), heller (?:på )?(?:en )?\\w+dag, i stedet, suits (?:me|us)? ?better, "
    "(?:is|would be|works) better, instead, preferably, ideally, helst, (?:money|penger"
    "|pengene) (?:back|tilbake), put (?:me|us|it|them) back, or (?:i|we)(?:['’]ll"
    "| will)? (?:cancel|leave|switch|quit"
    "|go to), (?:unless|om ikke|hvis ikke) \\w+, make it, \\w+ (?:is|er|would be"
    "|hadde vært) bedre(?! (?:now|nå)), \\w+ (?:is|would be) better(?! now), "
    "(?:someone|somebody|you|they) (?:has|have|needs?) to, noen må, is spelled, is spelt, "
    "staves, skrives, jeg trenger, vi trenger, jeg må, kan jeg, kan æ, kan du, kan dere, "
    "kan vi, "
    "kan noen, kunne dere, kunne du, får jeg, "
    "får vi, skal jeg, skal dere, jeg skal, vil ha, vil gjerne, ønsker å, ønsker, trenger, "
    "må (?:få|ha|flytte|endre|betale), dere må, du må, vær så snill, vennligst, "
    "hjelp (?:meg|oss), be om, vil (?:bytte|endre|si opp|avslutte|returnere|klage|vite|stoppe"
    "|flytte|heve|bestille)"
)
"""Signs of a request."""

_DO = _any(
    "refund me, (?:send|resend|give|cancel|change|refund|fix|replace|correct|move|block|open"
    "|close|stop|lock|find|trace|remove|delete|update|put|pay|take|book|extend| check|reset"
    "|unlock|bring|transfer|reschedule|swap|exchange|return) (?:me|my|us|our|it|them|this"
    "|that|the|back|a|one|please|again|someone), "
    "(?:send|gi|slett|avbestill|endre|bytt|refunder|fiks|rett|flytt|sperr|steng|stopp|finn"
    "|oppdater|slå|sett|avslutt|kanseller|betal|hev) (?:meg|oss|det|den|dem|min|mitt|mine"
    "|i gang|av|opp|tilbake| inn|en|et|ny|på|over|det her)"
)
_CLEAR = (
    r"(?:(?:send|give|cancel|replace|refund|tell|ask (?:the|them|him|her)|call|bring|add"
    r"|remove|swap|deliver|unlock|reset|resend|fix|sort|show"
    r"|arrange|restore|forward|waive|undo|reactivate|renew|upgrade|downgrade|find|explain|confirm|leave)"
    r"(?! (?:it was|is|was|failed|button|label|number|code|page)\b)"
    r"|send|gi|legg til|få noen|bestill|avbestill|bytt|flytt|fjern|slett|endre|rett opp|ordne"
    r"|fiks|sjekk|hent|lever|stopp"
    r"|sperr|åpne|forny|oppgrader|oppdater|kanseller|refunder|bekreft|skaff|sørg|send meg|forklar|finn)\s+\w"
)
IMPERATIVE = re.compile(
    rf"(?:^\W*|[,;:–-]\s*|(?<!\w)(?:please|just|and|then|so|or|but|ok|okay|pls|og|så|bare|eller"
    rf"|men|da|instead|now|nå|honestly|either|also)\W+){_DO.pattern}"
    rf"|^\W*(?:(?:ok|okay|okei|greit|yes|ja|then|da|så|so|and|og|please|just|bare|no|nei|well"
    rf"|great|fine|right)\W+)*{_CLEAR}"
)
"""A request as a command: its verb begins the sentence or the clause."""

ANY_QUESTION = _any(
    "how (?:do|can|long|much|soon|should) (?:i|we|you|it|this|that|does|will), where (?:do"
    "|can|is|are|should) (?:i|we|my|the|it), what (?:do|should|can|am) (?:i|we), why (?:is"
    "|are|was|were|do|did|does|has|can['’]?t) "
    "(?:it|this|that|i|we|you|my|the), when (?:is|are|will|do|does|can|would) (?:i|we|it|my"
    "|the|you|they), i(?:['’]?d like| want) to know, whether, "
    "hva gjør (?:jeg|vi), hva skal (?:jeg|vi), hvor (?:er|finner|kan|lang|lenge|mye) \\w+, "
    "hvordan (?:får|kan|skal|gjør|kommer) (?:jeg|vi|man), når (?:kommer|får|er|blir|kan"
    "|skal) \\w+, hvorfor (?:er|får|har|må|ble|kan) \\w+, kan dere, kan du"
)
"""Signs of a question anywhere in a sentence."""

OPEN_QUESTION = _any(
    "what is it (?:about|regarding), what(?:['’]s| is) (?:wrong|the (?:problem|issue|matter)"
    "|it about|your question), how can (?:i|we) help(?: you)?, what can (?:i|we) (?:do"
    "|help), what (?:happened|happens|changed), tell me(?: more)?, "
    "(?:do you want|would you (?:like|prefer)|do you prefer) [^?]+ or [^?]+, (?:ønsker du"
    "|vil du(?: ha)?|foretrekker du)"
    " [^?]+ eller [^?]+, what would you like(?: to do)?, what do you (?:need|want), "
    "anything else, what else, "
    "is there anything else, "
    "in other words, rephrase, say (?:that|it) again, put it differently, med andre ord, "
    "omformulere, forklare (?:det )?(?:igjen|nærmere), "
    "hva gjelder (?:det|saken), hva kan (?:jeg|vi) (?:hjelpe|gjøre), hva har skjedd, "
    "hva skjedde, hva er (?:galt|problemet|i veien), hva lurer (?:du|dere) på, noe (?:annet"
    "|mer), hva ønsker du, fortell"
)
"""Questions of the bot that the wish itself is the answer to."""

QUESTION = _any(
    "how (?:do|can|long|much|many|come|is|does|would|should|about|to|else|am), how, "
    "where(?:['’]?s)?, when, why, what, whats, which, who, is there, do you, do i, does, "
    "did, is it, "
    "is the, is this, are (?:you|there), will it, wondering, any chance, any update, "
    "hvordan, hvor, når, hvorfor, hva, ka, hvilken, hvilket, hvilke, hvem, er det, har dere, "
    "lurer, finnes det, blir det, går det an, dekker"
)
"""Signs of a question."""

PROBLEM = _any(
    "doesn['’]?t, didn['’]?t, isn['’]?t, wasn['’]?t, hasn['’]?t, haven['’]?t, won['’]?t, "
    "can['’]?t, couldn['’]?t, wouldn['’]?t, don['’]?t, cannot, not, never, "
    "could not, unable, invalid, denied, "
    "no (?:internet|wi-?fi|signal|connection|power|sound|heat|water|refund|reply|answer"
    "|email), blink\\w*, no longer, broken, broke, missing, wrong, lost, late, delayed, "
    "damaged, faulty, defective, fail\\w*, error, stuck, drop\\w*, slow, dead, down, "
    "charged, overcharged, twice, stops?, stopped, keeps?, refund\\w*, cancel\\w*, "
    "return\\w*, replace\\w*, change, locked, blocked, hacked, stolen, offline, flash\\w*, "
    "crash\\w*, leak\\w*, rejected, declined, swallowed, expired, fine of, fake, "
    "accident, nobody has it, problem with, trouble, issue with, late fee, too high, "
    "ikke, mangler, mangl\\w*, feil, ødelagt, defekt, treg\\w*, forsinket, borte, mistet, "
    "trukket, belastet, sluttet?, refusjon, refundert, avbestill\\w*, kanseller\\w*, "
    "returner\\w*, "
    "bytte, endre, låst, sperret, hacket, stjålet, blinker, faller, henger, nede, "
    "ingen (?:internett|dekning|strøm|lyd|svar), lekker, avvist, bot på, gebyr, for høy, "
    "dobbelt, problem, krasjer, "
    "glemt, glemte, funker ikke, klage"
)
"""Signs that something is wrong or is to be changed."""

SOLVED = _any(
    "(?:that|it|this) (?:worked|works now|is working now|helped|fixed it|did it|solved it), "
    "that['’]?s all(?! (?:you|i))(?: thanks| thank you)?, det var alt, works now, "
    "working now, solved, sorted, sorted it, all good(?: now)?, all set, "
    "never ?mind, forget (?:it|that|about(?: it| that)?), got it(?: now)?, that answers (?:it"
    "|my question), no longer needed, "
    "(?:det|den) (?:hjalp|funket|virket|løste seg|ordnet seg|fungerte), (?:virker|fungerer"
    "|funker) nå, glem det, da er det i orden, det er i orden, da vet jeg det, "
    "løste seg, i orden nå, ordna seg, fikk det til"
)
"""Signs that what was wished for is settled."""

THANKED = _any(
    "thanks?, thank you, thx, ty, cheers, great, perfect, brilliant, awesome, lovely, cool, "
    "takk, supert, flott, perfekt, topp, kjempebra, så bra, fint"
)
"""Thanks, which settle a question if it was answered."""

REJECTED = _any(
    "no, not, but, still, nei, ikke, men, fortsatt, yet, wrong, useless, again, igjen, feil, \\w+n['’]t"
)
"""Signs that an answer was none."""

OFFER = _any(
    "shall (?:i|we), should (?:i|we), (?:do you|would you) (?:want|like) (?:me|us)? ?to, want me to, may i, "
    "i can, we can, i could, would you like (?:a|an|me|us|it|them), do you want (?:a|an|it|to), "
    "skal (?:jeg|vi), vil du at (?:jeg|vi), vil du (?:ha|bytte|at), ønsker du, (?:jeg"
    "|vi) kan, bør (?:jeg|vi), kan (?:jeg|vi)"
)
"""What the bot offers to do."""

TAKEN = _any(
    "yes\\W+(?:please )?(?:\\w+ (?:it|one|them|that|this|me|a|the)), do it, do that, "
    "please do \\w+, go for it, "
    "ja\\W+(?:\\w+ (?:det|den|en|et|meg|dem|ny)), gjør det, ja\\W+gjør, gjerne \\w+ (?:det"
    "|den|en|et), kjør på"
)
"""An offer taken in words of one's own."""

VISIT = _any(
    "(?:get|send|book|order|want|need|have) (?:me |us )?(?:a |an |the |some )?(?:technicians?"
    "|engineers?|plumber"
    "|electrician|mechanic|fitter|repair ?man|locksmith|inspector|courier|nurse|doctor|tow truck|taxi|driver)"
    "(?! (?:on the phone|to talk)), "
    "(?:send|sende|bestille?|trenger|få|vil ha|skaff|må ha) (?:meg |oss )?(?:en |ei "
    "|et )?(?:tekniker|montør|rørlegger"
    "|elektriker|reparatør|vaktmester|låsesmed|mekaniker|lege|sykepleier|bergingsbil|drosje|taxi|bud), "
    "(?:can|could) (?:someone|somebody|anyone) come, kan noen komme (?:hit|hjem|og|ut)"
)
"""A visit asked for: somebody's work, not somebody to talk to."""

CALL_WHEN = _any(
    "(?:call|ring|phone) (?:me|us)(?: back)? (?:\\w+ )?(?:after|before|between|on \\w+day|tomorrow"
    "|today|tonight|around|from|when), "
    "ring (?:meg|oss)(?: tilbake)? (?:\\w+ )?(?:etter|før|kl|klokka|klokken|mellom|på \\w+dag"
    "|i morgen|i dag|i kveld|rundt|når|fra), "
    "(?:somebody|someone|nobody|anyone|noen|ingen) (?:to )?(?:calls?|rings?|ringer|ringe) (?:me|us|meg|oss)"
)
"""A call asked for, with when: an appointment to keep."""

UNABLE = _any(
    "can['’]?t, cannot, can not, unable, don['’]?t (?:know|have|understand), do not (?:know"
    "|have|understand), not (?:sure|able|allowed), couldn['’]?t, could not, did not (?:get"
    "|understand), "
    "didn['’]?t (?:get|understand|find), found (?:no|nothing), no (?:answer|access), sorry, "
    "afraid, unfortunately, a person, a colleague, my colleagues?, one moment, connecting, "
    "transferring, "
    "hand you over, passing you, needs? a person, ikke, dessverre, beklager, medarbeider, "
    "kollega, rådgiver, saksbehandler, kundebehandler, et øyeblikk, setter deg over"
)
"""Signs that the bot has not answered."""

SUBJECTLESS = re.compile(
    r"^\W*(?:(?:hei|hi|hello|hallo|også|og|also|and|but|men)\W+)*(?:vil(?! (?:det|den|du|dere"
    r"|han|hun|de)\b)|ønsker|trenger|må"
    r"|need|want|would like|wish)\s+\w+"
)
"""A wish whose subject is left out, at a sentence's start: "Vil klage"."""

LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|hei|heisann|hallo|god (?:morgen|dag|kveld)|good (?:morning|afternoon"
    r"|evening)|guten tag|hola|one more thing|en ting til|et spørsmål til|ok|okay|so|well|and"
    r"|but|yes|no(?=[,.!;:])"
    r"|nei|ja|please|pls|also|og|men|så|thanks?(?: you)?|takk|sorry|beklager|honestly|oh|ah|oi"
    r"|greit|\d(?=[.)]\s))\b(?: there| all| igjen| again)?[\s,.!:;)–-]*)+"
    r"|^(?:i was (?:just )?wondering (?:(?:if|whether)(?= you))?|i (?:just )?wanted to (?:ask"
    r"|know)(?: (?:if|whether)(?= you))?"
    r"|i(?:'d| would) like to know(?: (?:if|whether)(?= you))?"
    r"|(?:can|could|would) you (?:please )?(?:tell me|help me with|let me know)?"
    r"|(?:jeg |vi )?(?:bare )?lurer på(?: om(?= (?:du|dere)))?|kan (?:du|dere) (?:si meg"
    r"|fortelle meg|hjelpe meg med))"
    r"\s+(?=\S+\s+\S+)",
    re.IGNORECASE,
)
"""How sentences begin before they come to the point."""
