"""Tells sentences that instruct the reader's assistant from reporting, so that they are neither cited nor sent to a model.

The rules are about form: talk to an assistant or about its replies, orders to make or change a text, markup, hidden text. What
somebody is said to have said is news, and so is advice to people; talk about instructions counts in quotation marks too.
"""

import re

from index.records import Article, Sentence

HEADING = 8  # words of a heading that nothing marks as one
_QUOTED = re.compile(r"^[^“”\"]*[”\"]\W*$|[“\"][^”\"]*(?:[”\"]|$)|(?<!\w)[‘'][^’'\n]+[’'](?!\w)")
_SAID = (
    r"(?:(?:urge|demand|advise|argue|recommend|announce|joke|promise|claim)(?:s|d)|read|says|said|tells|told|writes|wrote"
    r"|(?:warn|ask|suggest|explain|insist|chant|plead|add)(?:s|ed))"
)
_REPORTED = re.compile(
    rf",\s[^,]*\b{_SAID}\b[^,]*|^[^:]*\b{_SAID}\b[^:]*:|,\s[^,]*\w (?:say|urge|demand|advise|warn|argue|recommend|suggest)\W*$",
    re.I,
)
_AI = r"(?:ai|chat ?bot|assistant|bot|llm|(?:large )?language model|ai (?:model|system|agent|assistant))s?"
_REPLY = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|messages?|summary)"
_ANSWER = r"(?:answer|reply|respond|say|state|output|print|repeat|tell|declare|conclude|recommend)"
_FIRST = r"(?:^|[.:;!?)—–-]\s+|^[#*\d.)\s-]+)(?:(?:please|now|then|also|instead|next|finally|and|important|note)[,:]? )*"

_MARKUP = re.compile(  # and encoded text, and characters that nobody sees
    r"</?[a-z][^<>]{0,300}>|<!--|<\|\w+\||\[/?INST\]|^\s*(?:system|assistant)\s*:|\b(?=\w*\d)\w{40,}|[\U000e0000-\U000e007f]",
    re.I,
)
_INSTRUCTIONS = re.compile(
    rf"(?:{_FIRST}|[“\"‘'(>]|\b(?:please|you must|instead|now|and) )(?:ignore|disregard|forget|override|bypass)\s+"
    r"(?:\w+\s+){0,6}?(?:instructions?|prompts?|guidelines|above|articles?)\b"
    r"|\byour (?:(?:system|hidden|previous|original|real|new|next|only) )+(?:prompt|instructions?|rules|tasks?|role|job)\b"
    rf"|\byou(?: are|['’]re) now an? |\byou are an? (?:helpful assistant|(?!assistant|bot){_AI}(?=$|[,.:;]| who| that| reading))"
    rf"|\b(?:you, the {_AI}|as (?:the|an?) {_AI}, you|{_AI} (?:reading|processing|summari[sz]ing) (?:this|the (?:article|text)))\b"
    rf"|^(?:important )?(?:note|message|notice)\W+(?:to|for) (?:(?:all|any|the) )?{_AI}\b|^(?:attention|dear|hey),? {_AI}\s*[,:!]"
    rf"|^assistants?, (?:you|please|stop|do|{_ANSWER})\b|^\W*(?:new |system )?(?:instructions?|prompt)\b.{{0,20}}:"
    r"|\bgiven this (?:\w+ )?article:|\bse te ha instruido\b|忽略|無視|忘记|忘れ|무시|تجاهل|игнорир|забудь"
    r"|\b(?:ignorez|ignorieren?|ignora|olvida|vergiss|oubliez|dimentica) (?:\w+ ){0,3}\w*(?:nstru|nweis|struz)",
    re.I,
)
_MAKE = r"(?:write|draft|compose|develop|create|provide|give|translate|paraphrase|rewrite|rephrase|summari[sz]e|break down)"
_EDIT = (
    r"(?:add|use|start|begin|end|group|insert|append|include|incorporate|integrate|augment|enhance|modify|remove|replace|render|"
    r"combine|substitute|convert|reverse|capitali[sz]e|introduce|misspell|scramble|jumble|rearrange|anagram)"
)
_MADE = (
    r"(?:poem|haiku|essay|story|speech|letter to|e-?mail|introduction|equivalent|example|plot|web ?page|action items|"
    r"the following|this (?:article|page|text))"
)
_CHANGED = rf"(?:(?<!capital )letters|vowels|every (?:\w+ )?(?:letter|word|sentence)|(?:your|each|every) (?:\w+ )?{_REPLY})"
_ORDER = re.compile(
    rf"{_FIRST}(?:(?:explain|describe) (?:the|how|why|an?)\b|(?:ignore|disregard|forget) [^.:]*\band (?:instead )?{_ANSWER}\b|"
    rf"{_MAKE} (?:\S+ ){{0,4}}?{_MADE}\b|(?:{_MAKE}|{_EDIT}) (?:\S+ ){{0,12}}?{_CHANGED}\b|"
    r"(?:answer|reply|respond) (?:only\b|with (?:only|the word|_)|in (?-i:[A-Z]))|"
    rf"{_ANSWER} (?:(?:the|your|its) (?:users?|readers?) )?(?:that\b|the (?:following|words?|phrase)\b|_)|"
    r"(?:pretend (?:to be|you are|that)|act as (?:if|an?)|stop reading (?:here|now|and)|(?:tell|give|show|help|write|teach) me)\b|"
    rf"(?:list|name) (?:\d+|two|three|four|five|ten)\b|in your {_REPLY},|"
    rf"(?:do not|don['’]t|never) (?:\w+ ){{1,9}}?(?:(?:your|the) {_REPLY}|the question|this article)\b|"
    r"(?:please visit|click (?:here|on)|follow (?:this|the) link)\b.{0,40}(?:www\.|https?:|\w\.(?:com|net|org)\b))"
    rf"|^(?:por favor|please \w+ .*\bin the {_REPLY})\b|^you must (?:\w+ )?{_ANSWER} (?:every|only|with|that)\b"
    rf"|\b(?:the|this|your|an?|any|every|all) (?:model|{_AI}) (?:must|should|shall|has to|is to)"
    r" (?:(?:always|only|now|never) )?(?:answer|reply|respond|say|state|conclude)\b"
    r"|\b(?:(?:if|when|whenever)\b[^.]{0,80}\b(?:asks?(?! for| to)|asked(?! for| to)|answering|summari[sz]ing|replying|responding)"
    rf"|for (?:any|every|all) questions?)\b[^,]{{0,80}}, (?:(?:you|must|should|please|always|then|do not|never) )*{_ANSWER}\b"
    r"|\byour (?:answer|reply|response) (?:must|should|has to) \w|(?<!if )(?<!when )\byou(?: have|['’]ve) been instructed to\b"
    r"|\bI (?:suggest|order|command|instruct) you\b|\blet['’]?s (?:state|admit to|consider a hypothetical)\b",
    re.I,
)
_ADVICE = re.compile(rf"\byour\b(?! (?:\w+ )?{_REPLY})", re.I)  # to people, about what is theirs


def instruction(sentence: str) -> bool:
    """Is this an order or a request to whoever reads the article for somebody, or text that is no prose at all?"""
    if _MARKUP.search(sentence) or _INSTRUCTIONS.search(sentence):
        return True
    said = _QUOTED.sub(lambda quote: "_" * len(quote[0]), sentence).strip()
    order = _ORDER.search(said)
    return bool(order and not _REPORTED.search(said) and not _ADVICE.search(said, order.start()))


def asks(sentence: str) -> bool:
    """Is it a bare question? It says nothing and supports no answer, but news may ask it; a quoted question is reporting."""
    said = _QUOTED.sub("", sentence).rstrip(" )*_")
    return bool(
        re.search(r"\?$|^(?:what|who|how|which|why) (?:is|are|do)\b.*:$", said, re.I | re.S)
    )


def citable(sentence: Sentence, article: Article) -> bool:
    """Neither an instruction, a bare question nor a headline."""
    return not (instruction(sentence.text) or asks(sentence.text) or _heads(sentence, article))


def _heads(sentence: Sentence, article: Article) -> bool:
    """Is it the title again, a first line without a full stop, a Markdown heading, or a few words alone like one?"""
    text, start, end = article.text, sentence.start, sentence.end
    if not sentence.text.rstrip("*_")[-1:].isalnum() or not text[end:].strip():
        return False
    above, below = text[:start].rpartition("\n"), text[end:].partition("\n")
    if above[2].strip("#*_ ") or below[0].strip("#*_ "):
        return sentence.text.strip("*_") == article.title
    alone = not (above[0].rstrip(" ")[-1:].strip() or below[2].lstrip(" ")[:1].strip())
    few = alone and len(sentence.text.split()) <= HEADING and not re.search(r"[\d:]", sentence.text)
    first = not text[:start].strip("#*_ \n") and not re.match(
        r"\s*[a-z\d]", below[2]
    )  # there it goes on
    return few or first or "#" in above[2] or sentence.text.strip("*_") == article.title
