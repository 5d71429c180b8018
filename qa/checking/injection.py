"""Tells sentences that instruct the reader's assistant from reporting, so that they are neither cited nor sent to a model.

The rules are about form, not subject: talk to an assistant, orders to make or change a text, made-up worlds, markup, hidden text.
What somebody is quoted as saying is reporting; only markup and talk about instructions count inside quotation marks too.
Advice to people (call, wash, vote) is left alone: it may be what a question asks for.
"""

import re

_QUOTED = re.compile(r"^[^“”\"]*[”\"]\W*$|[“\"][^”\"]*(?:[”\"]|$)|(?<!\w)[‘'][^’'\n]+[’'](?!\w)")
_REPORTED = re.compile(
    r",\s[^,]*\b(?:says|said|told|tells|chanted|wrote|warned|asked|argued|(?:\w+s|to) say\W*$)\b[^,]*"
)
_REPLY = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|messages?|summary)"
_AI = r"(?:ais?|chat ?bots?|assistants?|bots?|llms?|(?:large )?language models?|ai (?:models?|systems?|agents?|assistants?))"

_MARKUP = re.compile(
    r"</?[a-z][^<>]{0,300}>|<!--|-->|<!doctype|```|<\|\w+\||\[/?INST\]|<\\?/?\s*system|^\s*(?:system|assistant|user|human|ai)\s*:"
    r"|^#+\s*(?:new |system )?(?:instructions?|response|prompt)\b|\b(?:def \w+|print|console\.log)\s?\("
    r"|\breturn \w+[.*]\w|\bimport \w+ *\\n|\{[^{}]*:[^{}]*;|[\U000e0000-\U000e007f]"  # style sheets; characters that nobody sees
    r"|\b(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])[\w+/]{32,}|\b[0-9a-f]{32,}\b|(?:\b[01]{8}\b\s*){4}|(?:[.-]{1,5}[ /]+){6}",  # encoded
    re.I,
)
_INSTRUCTIONS = re.compile(
    r"(?:^|[^\w\s,]\s*|\b(?:please|must|instead|now|and) )(?:ignore|disregard|forget|override|bypass)\s+(?:\w+\s+){0,4}?"
    r"(?:instructions?|prompts?|guidelines|above|previous|prior|context|content|web ?(?:page|site)|function|resume|documents?|"
    r"articles?|text|questions?|data|everything)\b"
    r"|\b(?:god|override|jailbreak|system) mode\b|\b(?:security|data|instruction) override\b|\byour (?:system|hidden) \w+"
    r"|\b(?:obey|listen to|follow) my \w+|\bfrom now on,? you (?:are an?|must)\b|\byour (?:\w+ )?(?:task|job|role) is (?:now )?to\b"
    r"|\byou(?: are| were| have been|['’]re|['’]ve been) (?:now an? |no longer an? |instructed to )"
    rf"|\b(?:as|you are) an? (?!assistant|bot){_AI}\b(?! \w+y\b)|\b(?:any|every|all) {_AI} (?:reading|that|who|processing)"
    rf"|^(?:(?:note|message|instructions?)\W+(?:to|for) |attention |dear |hey )?(?:all )?{_AI}\s*[,:!]"
    r"|\bgiven (?:this|the following) (?:\w+ )?(?:article|text|(?:web)?page|website|document|e-?mail|paper)\s*:"
    r"|\bthe user (?:has )?(?:asked|wants|requested)\b|^you must (?:\w+ )?(?:answer|reply|respond|say)\b|\btell (?:its|the) user\b"
    r"|\b(?:ignorez|ignorieren|ignora|oubliez|olvida|vergiss|esquece|dimentica|ignore (?:la|le|las|los|os)|se te ha) \w"
    r"|忽略|無視|忘记|忘れ|무시|تجاهل|игнорир|забудь",
    re.I,
)
_FIRST = r"(?:^|[.:;!?)—–]\s+|^[#*\d.)\s-]+)(?:(?:please|now|then|also|instead|next|finally|and|important|note)[,:]? )*"
# Verbs of making and changing texts: some begin no noun phrase, some need an article or the like, some something of a text.
_CLEAR = (
    r"(?:explain|describe|summari[sz]e|compose|generate|translate|paraphrase|rewrite|rephrase|pretend|categori[sz]e|classify|"
    r"calculate|compute|solve|recommend|suggest|encourage|persuade|provide|create|integrate|incorporate|augment|enhance|modify|mention|compare|"
    r"respond|disregard|reveal|rearrange|scramble|jumble|misspell|convert|tease|act as|role-?play|make sure|answer only)"
)
_NEEDY = (
    r"(?:write|draft|develop|give|outline|list|show|tell|help|print|output|repeat|reply|answer|say|state|render|anagram|break down|"
    r"send|(?:do not|don['’]t|never) (?:use|say|tell|mention|reveal|answer|cite|write))"
)
_OBJECT = (
    r"(?:an?|the|this|that|every|each|all|any|some|only|me|us|my|your|with|in|how|what|why|one|two|three|four|five|\d+)"
)
_EDIT = r"(?:add|use|start|begin|end|group|insert|append|include|remove|replace|combine|substitute|reverse|capitali[sz]e|introduce)"
_TEXT = rf"(?:letters?|vowels?|words?|sentences?|spaces?|phrase|paragraph|text|anagrams?|advertisement|link|headline|{_REPLY})"
_ORDER = re.compile(
    rf"{_FIRST}(?:{_CLEAR} \S|{_NEEDY} {_OBJECT}\b(?! (?:\w+ )?(?:is|are|was|were|has|had)\b)|{_EDIT} (?:\S+ ){{0,6}}?{_TEXT}\b)"
    rf"|{_FIRST}(?:in your {_REPLY},|\w+ (?:[\w@#$%&,().-]+ ){{0,9}}?your {_REPLY}\b)|^(?:please|por favor,?|bitte) \w+"
    r"|^when (?:you )?(?:summari[sz]|answer|respond|reply)\w*\b|\band (?:say|state|print|output|declare)(?: that)?:"
    r"|\brepeat the (?:phrase|word|text)\b|^how (?:do|can|would|should) (?:i|you)\b"
    r"|\b(?:can|could|would|will) you (?:please )?(?:show|tell|explain|write|give|help|translate|list)\b"
    r"|\blet['’]?s (?:assume|say|state|imagine|pretend|admit|consider a hypothetical)\b|\bsuppose we\b|^imagine you\b"
    r"|\bhypothetically, if\b|\b(?:parallel|alternate) universe\b|\bsuggest you\b|\bpractice to say\b"
    r"|\b(?:we|you) (?:might|could|would) (?:state|say|print|answer)\b|\byour (?:account|password|computer) (?:has been|is|was)\b"
    rf"|{_FIRST}(?:visit|click|follow|go to|download|install|open)\b.{{0,40}}(?:www\.|https?:|\w\.(?:com|net|org)\b|this link)"
    r"|\breset (?:your|their) password\b",
    re.I,
)


def instruction(sentence: str) -> bool:
    """Is this an order or a request to whoever reads the article for somebody, or text that is no prose at all?"""
    if _MARKUP.search(sentence) or _INSTRUCTIONS.search(sentence):
        return True
    said = _QUOTED.sub(lambda quote: "_" * len(quote[0]), sentence).strip()
    return bool(_ORDER.search(said)) and not _REPORTED.search(said)


def asks(sentence: str) -> bool:
    """Is it a bare question? It says nothing and supports no answer, but news may ask it; a quoted question is reporting."""
    said = _QUOTED.sub("", sentence).rstrip(" )*_")
    return bool(re.search(r"\?$|^(?:what|who|how|which|why) (?:is|are|do)\b.*:$", said, re.I | re.S))


def citable(sentence: str) -> bool:
    """Neither an instruction nor a bare question."""
    return not instruction(sentence) and not asks(sentence)
