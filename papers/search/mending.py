"""Typing errors: which words of a question are no words of the list, and what they may have been meant as."""

import operator
from functools import reduce

from django.db.models import Q
from django.db.models.functions import Length
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from papers.catalogue.models import SearchWord
from papers.search.rules import Question

# A word is mended by at most this many letters; of shorter words fewer are wrong.
MENDED_BY = 2
MENDED_FROM = 4


def mended(question: Question) -> dict[str, str]:
    """Return the words of the question that are no word of any title or author, and what they may have been meant as.

    One query; only Latin words of some length are mended, and only by a letter or two.
    """
    doubtful = [term.word for term in question.terms if term.word.isascii() and len(term.word) >= MENDED_FROM]
    if not doubtful:
        return {}
    near = reduce(
        operator.or_,
        (
            Q(length__range=(len(word) - MENDED_BY, len(word) + MENDED_BY))
            & (Q(word__startswith=word[0]) | Q(word__startswith=word[1]))
            for word in doubtful
        ),
    )
    known = list(SearchWord.objects.alias(length=Length("word")).filter(near).values_list("word", flat=True))
    found = {}
    for word in doubtful:
        distance = 1 if len(word) < 6 else MENDED_BY
        hit = process.extractOne(word, known, scorer=DamerauLevenshtein.distance, score_cutoff=distance)
        if hit is not None and hit[0] != word:
            found[word] = hit[0]
    return found
