"""Word frequencies, readability and n-grams of a text."""

import re
import string
from collections import Counter

STOP_WORDS = [
    "the", "a", "an", "and", "or", "but", "in", "on", "at", "to", "for", "of", "with", "is",
    "was", "are", "were", "be", "been", "it", "this", "that", "as", "by", "from",
]


def tokenize(text):
    """Split text into lower-case words."""
    text = text.lower()
    for char in string.punctuation:
        text = text.replace(char, " ")
    return text.split()


def remove_stop_words(words):
    """Drop the most common words."""
    return [word for word in words if word not in STOP_WORDS]


def word_frequencies(words):
    """Count how often each word appears."""
    frequencies = {}
    for word in words:
        if word in frequencies:
            frequencies[word] += 1
        else:
            frequencies[word] = 1
    return dict(sorted(frequencies.items(), key=lambda item: item[1], reverse=True))


def top_words(words, n=10):
    """Return the most frequent words."""
    return Counter(words).most_common(n)


def unique_words(words):
    """Return the distinct words in order of appearance."""
    unique = []
    for word in words:
        if word not in unique:
            unique.append(word)
    return unique


def ngrams(words, n):
    """Return all runs of n words."""
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def count_syllables(word):
    """Estimate the syllables of an English word."""
    vowels = "aeiouy"
    count = 0
    previous_was_vowel = False
    for char in word:
        is_vowel = char in vowels
        if is_vowel and not previous_was_vowel:
            count += 1
        previous_was_vowel = is_vowel
    if word.endswith("e") and count > 1:
        count -= 1
    return max(count, 1)


def flesch_reading_ease(text):
    """Return the Flesch reading ease of a text."""
    sentences = [s for s in re.split(r"[.!?]+", text) if s.strip()]
    words = tokenize(text)
    if not sentences or not words:
        return 0
    syllables = sum(count_syllables(word) for word in words)
    return 206.835 - 1.015 * (len(words) / len(sentences)) - 84.6 * (syllables / len(words))


def analyze(text):
    """Return all statistics of a text."""
    words = tokenize(text)
    content_words = remove_stop_words(words)
    return {
        "characters": len(text),
        "words": len(words),
        "unique_words": len(unique_words(words)),
        "average_word_length": sum(len(w) for w in words) / len(words),
        "top_words": top_words(content_words),
        "top_bigrams": Counter(ngrams(content_words, 2)).most_common(5),
        "reading_ease": round(flesch_reading_ease(text), 1),
    }
