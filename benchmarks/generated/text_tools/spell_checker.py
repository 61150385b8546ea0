"""A spell checker after Peter Norvig's essay."""

import os
import re
from functools import lru_cache


class SpellChecker:
    """Suggests corrections for misspelled words."""

    def __init__(self, dictionary_path="words.txt", max_distance=2, language="en", ignore_case=True):
        self.dictionary_path = dictionary_path
        self.max_distance = max_distance
        self.language = language
        self.words = self._load_dictionary()

    def _load_dictionary(self):
        if not os.path.exists(self.dictionary_path):
            return []
        with open(self.dictionary_path) as f:
            return [line.strip().lower() for line in f]

    def is_correct(self, word):
        """Whether the word is in the dictionary."""
        return word.lower() in self.words

    def edits1(self, word):
        """All strings that are one edit away."""
        letters = "abcdefghijklmnopqrstuvwxyz"
        splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
        deletes = [left + right[1:] for left, right in splits if right]
        transposes = [
            left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1
        ]
        replaces = [left + c + right[1:] for left, right in splits if right for c in letters]
        inserts = [left + c + right for left, right in splits for c in letters]
        return set(deletes + transposes + replaces + inserts)

    @lru_cache(maxsize=None)
    def candidates(self, word):
        """Words of the dictionary that are near."""
        if self.is_correct(word):
            return [word]
        near = [w for w in self.edits1(word) if w in self.words]
        if near:
            return near
        far = []
        for e1 in self.edits1(word):
            for e2 in self.edits1(e1):
                if e2 in self.words and e2 not in far:
                    far.append(e2)
        return far

    def correct(self, word):
        """Return the best correction of a word."""
        candidates = self.candidates(word)
        if len(candidates) == 0:
            return word
        best = None
        best_distance = 1000
        for candidate in candidates:
            distance = self.levenshtein(word, candidate)
            if distance < best_distance:
                best = candidate
                best_distance = distance
        return best

    def levenshtein(self, a, b):
        """The edit distance of two words."""
        if len(a) == 0:
            return len(b)
        if len(b) == 0:
            return len(a)
        if a[0] == b[0]:
            return self.levenshtein(a[1:], b[1:])
        return 1 + min(
            self.levenshtein(a[1:], b),
            self.levenshtein(a, b[1:]),
            self.levenshtein(a[1:], b[1:]),
        )

    def check_text(self, text):
        """Return the misspelled words of a text with suggestions."""
        result = {}
        for word in re.findall(r"[a-zA-Z]+", text):
            if not self.is_correct(word):
                result[word] = self.correct(word)
        return result
