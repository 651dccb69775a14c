"""arXiv ids and DOIs, wherever they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.formats.ids import arxiv_id_in, doi_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2203.02155", ("2203.02155", None)),
        ("arXiv:2203.02155v3", ("2203.02155", 3)),
        ("https://arxiv.org/abs/1706.03762v7", ("1706.03762", 7)),
        ("https://arxiv.org/pdf/2108.04106.pdf", ("2108.04106", None)),
        ("Large models. arXiv preprint arXiv:2205.11916, 2022", ("2205.11916", None)),
        ("https://arxiv.org/abs/hep-th/9901001", ("hep-th/9901001", None)),
        ("arXiv:math.GT/0309136v1", ("math.GT/0309136", 1)),
        ("hep-th/9901001", ("hep-th/9901001", None)),
        ("10.48550/arXiv.2302.13971", ("2302.13971", None)),
        ("https://doi.org/10.48550/arXiv.2302.13971", ("2302.13971", None)),
        ("version 2013.99 of 12345.67890", None),
        ("https://example.org/some-page/1234567", None),
        ("", None),
    ],
)
def test_arxiv_ids(text, found):
    assert arxiv_id_in(text) == found


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1109/TKDE.2024.3352100", "10.1109/tkde.2024.3352100"),
        ("https://doi.org/10.1016/0022-2836(81)90087-5.", "10.1016/0022-2836(81)90087-5"),
        ("(see 10.1000/xyz)", "10.1000/xyz"),
        ("https://doi.org/10.1000%2Fxyz", "10.1000/xyz"),
        ("10.48550/arXiv.2302.13971", None),
        ("no doi", None),
    ],
)
def test_dois(text, doi):
    assert doi_in(text) == doi


@given(st.text(max_size=200))
def test_any_text_may_be_asked(text):
    arxiv_id_in(text)
    doi_in(text)
