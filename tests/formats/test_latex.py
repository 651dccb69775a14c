"""What stands in TeX's marks is read as a person reads it, and no word of it is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.formats.latex import plain


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (r"\texttt{BERT}: \emph{A} \textit{b} \textbf{\textsc{c}}", "BERT: A b c"),
        (r"{\it Deep} \textsubscript{2} {\bfseries Learning}", "Deep 2 Learning"),
        (r"\bf A title", "A title"),
        (r"\href{https://example.org/a_b}{The \emph{code}} here", "The code here"),
        (r"See \url{https://example.org/a\_b%20c#d}", "See https://example.org/a_b%20c#d"),
        (r"\textcolor{red}{Red} and \texorpdfstring{$\alpha$}{alpha}", "Red and alpha"),
        (r"$\alpha$-Rank of $x_{i}$ and \(\beta\)", r"$\alpha$-Rank of $x_{i}$ and \(\beta\)"),
        (r"It costs \$5 and 5\% of $1", "It costs $5 and 5% of $1"),
        (r"\ensuremath{\alpha}\,\ldots and \& \_ \# \{\}", "α … and & _ # {}"),
        (r"\modelname: a model in C:\temp", r"\modelname: a model in C:\temp"),
        (r"\modelname{} is kept, \cite{x}", r"\modelname is kept, x"),
        ("pages 1--2 --- ``so'' ?`y", "pages 1–2 — “so” ¿y"),
        ("a\\\\b~c\n d\\ e\\-f\\/", "a b c d ef"),
        (r"{Unclosed {and} \textbf{more", "Unclosed and more"),
        (r"closed} too often} \'", "closed too often '"),
        ("", ""),
    ],
)
def test_words_are_kept(value, said):
    assert plain(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (r"""\"a {\"a} \"{a} {\"{a}} \" a""", "ä ä ä ä ä"),
        (r"\'{\i} Garc\'\i a {\'\i} \'{i} \v{s} \v s {\v s}", "í García í í š š š"),
        (r"\~{\^e} \'{\^{e}} \c{c} \.{I} \H{o} \k{a} \r{a} \u{g} \d{a} \={a}", "ễ ế ç İ ő ą å ğ ạ ā"),
        (r"\L ukasz, S{\o}ren, Stra{\ss}e, \AE, {\aa}, \OE uvre", "Łukasz, Søren, Straße, Æ, å, Œuvre"),
        (r"\^{} \~{} \textasciitilde{} \textasciicircum{} \textbackslash{}", "^ ~ ~ ^ \\"),
    ],
)
def test_accents_are_letters(value, said):
    assert plain(value) == said


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(["{", "}", "\\", "$", "~", "\\'", "\\v", "\\emph", "\\href{x}", "\\(", "\\)", " ", "é"]),
        max_size=40,
    ).map(lambda pieces: "1Q1".join(pieces))
)
def test_no_word_is_lost_in_any_marks(value):
    assert plain(value).count("1Q1") == value.count("1Q1")


@settings(max_examples=300, deadline=None)
@given(st.text("\\{}$~\"'^vicABC é(\n)[]-", max_size=60))
def test_any_text_can_be_read(value):
    plain(value)
