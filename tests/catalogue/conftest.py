from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

ATTENTION = """
[[entry]]
key = "transformer"
title_seed = "Attention is all you need!"
title = "Attention Is All You Need"
aliases = ["Transformer"]
kind = "paper"
authors = ["Ashish Vaswani", "Noam Shazeer"]
year = 2017
month = 6
arxiv_id = "1706.03762"
url = "https://arxiv.org/abs/1706.03762"
links = [{ kind = "code", url = "https://example.org/t2t", language = "en", title = "The code" }]
"""
GPT = """
[[entry]]
key = "gpt-1"
title_seed = "GPT paper"
title = "Improving Language Understanding by Generative Pre-Training"
kind = "report"
"""
TOPIC = """
[[entry]]
key = "sequences"
title_seed = "Efficient sequences"
title = "Efficient sequence modelling"
kind = "topic"
"""
AGAIN = """
[[entry]]
title_seed = "Attention, once more"
again = "transformer"
"""


@pytest.fixture
def files(tmp_path) -> Callable[..., Path]:
    """Write the parts' entries as seed files, one text for each part, and return their folder."""

    def write(*parts: str) -> Path:
        for number, entries in enumerate(parts, start=1):
            head = f'number = {number}\ntitle_zh = "第{number}部分"\ntitle_en = "Part {number}"\n'
            (tmp_path / f"part-{number}.toml").write_text(head + dedent(entries), encoding="utf-8")
        return tmp_path

    return write
