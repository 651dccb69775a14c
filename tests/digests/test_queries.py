from papers.digests.queries import EXCERPT_LENGTH, excerpt


def test_an_excerpt_is_one_line_without_marks():
    body = "# Why?\n\n**Scaling** by $\\sqrt{d_k}$, see [the paper](https://example.org/1.pdf).\n\n- [x] read\n"
    assert excerpt(body) == "Why? Scaling by √(dₖ), see the paper. read"


def test_a_long_excerpt_ends_with_dots():
    assert excerpt("word " * 100).endswith("word…")
    assert len(excerpt("word " * 100)) <= EXCERPT_LENGTH
    assert excerpt("字" * EXCERPT_LENGTH) == "字" * EXCERPT_LENGTH
