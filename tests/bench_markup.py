"""Measures the preview of a note of 5 kB with 20 formulas, and of the worst texts: this thread's CPU time, warm.

    .venv/bin/python -m tests.bench_markup

It needs no database. The aims: at most 50 ms for the note; at most 1 s and 1 MB for any text, and then it is shown as
it was written.
"""

import os
import statistics
import sys
import time

ROUNDS, AIM, WORST = 30, 0.050, 1.3
FORMULAS = [
    *(r"\frac{\partial L}{\partial w_{ij}}", r"\sum_{i=1}^n x_i^2", r"\mathbb{E}_{x \sim p}[f(x)]", r"\sqrt{d_k}"),
    *(
        r"\operatorname{softmax}(QK^\top/\sqrt{d_k})V",
        r"\nabla_\theta J(\theta)",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    ),
    *(r"p(y \mid x) = \prod_t p(y_t \mid y_{<t}, x)", r"\hat{y}_i = \arg\max_y s_y", r"O(n^2 d)"),
]
HOSTILE = {
    "table of 220 x 220": "|" + "a|" * 220 + "\n|" + "-|" * 220 + "\n" + ("|" + "b|" * 220 + "\n") * 220,
    "matrix of 5,000 cells": r"$$\begin{matrix}" + (r"1 & 2 \\ " * 2500) + r"\end{matrix}$$",
    "3,000 nested braces": "$" + "{" * 3000 + "x" + "}" * 3000 + "$",
    "100 kB of brackets": "[" * 100_000,
    "100 kB of mentions": "@Name1 " * 14_000,
    "100 kB of references": "#1 " * 33_000,
}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readinggroup.settings")
    import django

    django.setup()
    from papers import markup

    note = text_of_5_kb()
    known = markup.References(papers={1}, people={f"Name{at}": at for at in range(50)})
    times = [spent(lambda: markup.render(note, references=known))[0] for _round in range(ROUNDS)][5:]
    middle = statistics.median(times)
    size, count = len(note.encode()) / 1000, note.count("$") // 2
    print(f"note of {size:.1f} kB, {count} formulas: {middle * 1000:.1f} ms (aim {AIM * 1000:.0f})")
    good = middle <= AIM
    for name, source in HOSTILE.items():
        seconds, html = spent(lambda source=source: markup.render(source, references=known))
        print(f"{name}: {seconds:.2f} s, {len(html) / 1e6:.2f} MB")
        good = good and seconds <= WORST and len(html) <= 1_200_000
    return 0 if good else 1


def text_of_5_kb() -> str:
    """Return a note of ordinary words with 20 formulas, code, a list and a table."""
    words = "The encoder reads the whole sentence at once, and the decoder attends to it. 注意力把每个词与所有词相比。"
    paragraphs = [f"{words} Here ${FORMULAS[at % len(FORMULAS)]}$ says it, see #1.\n" for at in range(20)]
    rest = "\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\ndef f(x):\n    return x + 1\n```\n"
    text = "\n".join(paragraphs) + rest
    return text + words * max(0, (5000 - len(text.encode())) // len(words.encode()))


def spent(work) -> tuple[float, str]:
    began = time.thread_time()
    html = work()
    return time.thread_time() - began, html


if __name__ == "__main__":
    sys.exit(main())
