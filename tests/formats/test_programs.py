"""Whole files as other programs write them, made up from what they document, and the records that they are."""

import pytest

from papers.formats import reading

BETTER_BIBLATEX = r"""
@inproceedings{adlerMapsOfThings2017,
  title = {Maps of {{Things}}: {{A Study}} of {$\alpha$}-{{Trees}}},
  shorttitle = {Maps of {{Things}}},
  booktitle = {Proceedings of the 31st Meeting},
  author = {Adler, Ada and family=Vries, given=Hugo, prefix=de, useprefix=true and {{The Map Team}}},
  date = {2017-06},
  eprint = {1706.00001},
  eprinttype = {arXiv},
  eprintclass = {cs},
  doi = {10.48550/arXiv.1706.00001},
  url = {http://arxiv.org/abs/1706.00001},
  urldate = {2023-08-02},
  abstract = {We draw 10\% more maps -- na\"ively. Code: \url{https://example.org/a_b}},
  langid = {english},
  pubstate = {prepublished},
  keywords = {Computer Science - Machine Learning,⛔ No DOI found},
  file = {C\:\\Users\\ada\\Zotero\\storage\\ABCD\\Adler - 2017 - Maps.pdf;C\:\\Users\\ada\\snap.html}
}
"""
ZOTERO = r"""
@misc{adler_maps_2017,
	title = {Maps of {Things}: {A} {Study} \& more},
	url = {http://arxiv.org/abs/1706.00001},
	doi = {10.48550/arXiv.1706.00001},
	abstract = {We draw maps of \$5 things.},
	urldate = {2023-08-02},
	publisher = {arXiv},
	author = {Adler, Ada and Müller, Jörg},
	month = jun,
	year = {2017},
	note = {arXiv:1706.00001 [cs]},
	keywords = {Computer Science - Machine Learning},
	file = {Adler - 2017 - Maps.pdf:C\:\\Users\\ada\\ABCD.pdf:application/pdf},
}
"""
SCHOLAR = r"""@inproceedings{adler2018maps,
  title={Maps of things for na{\"\i}ve readers--a study},
  author={Adler, Ada and M{\"u}ller, J{\"o}rg and Nguy{\~{\^e}}n, Anh and others},
  booktitle={Proceedings of the 31st meeting},
  pages={4171--4186},
  year={2018},
  organization={PMLR}
}
"""
ACL = r"""@inproceedings{adler-etal-2020-maps,
    title = "{M}ap{B}ert: {``}{T}hings{''} for {\'E}tude",
    author = {Adler, Ada  and
      M{\"u}ller, J{\"o}rg  and
      de la Cruz, Mar{\'\i}a},
    editor = "Somebody, Else",
    booktitle = "Proceedings of the 58th Meeting (Volume 1: Long Papers)",
    month = jul,
    year = "2020",
    address = "Online",
    url = "https://aclanthology.org/2020.acl-main.999/",
    doi = "10.18653/v1/2020.acl-main.999",
    pages = "1--12",
    abstract = "We draw 10{\%} more maps with $\alpha$."
}
"""
ARXIV = r"""@misc{adler2017mapsthings,
      title={Maps of Things},
      author={Ada Adler and Jörg Müller and Aidan N. Gomez},
      year={2017},
      eprint={1706.00001},
      archivePrefix={arXiv},
      primaryClass={cs.CL},
      url={https://arxiv.org/abs/1706.00001},
}"""
DBLP = r"""@article{DBLP:journals/corr/AdlerM17,
  author       = {Ada Adler and
                  J{\"{o}}rg M{\"{u}}ller 0001 and
                  Aidan N. Gomez},
  title        = {Maps of Things: The {BERT} Way},
  journal      = {CoRR},
  volume       = {abs/1706.00001},
  year         = {2017},
  url          = {http://arxiv.org/abs/1706.00001},
  eprinttype    = {arXiv},
  eprint       = {1706.00001},
  timestamp    = {Sat, 23 Jan 2021 01:20:40 +0100},
  biburl       = {https://dblp.org/rec/journals/corr/AdlerM17.bib},
  bibsource    = {dblp computer science bibliography, https://dblp.org}
}
"""
SEMANTIC_SCHOLAR = r"""@article{Adler2017MapsOT,
  title={Maps of Things},
  author={Ada Adler and J. M{\"u}ller},
  journal={ArXiv},
  year={2017},
  volume={abs/1706.00001},
  url={https://api.semanticscholar.org/CorpusID:1}
}
"""
MENDELEY = r"""@article{Adler2017,
abstract = {We draw maps {\&} things.},
archivePrefix = {arXiv},
arxivId = {1706.00001},
author = {Adler, Ada and M{\"{u}}ller, J{\"{o}}rg},
doi = {10.1007/978-3-540{\_}12},
eprint = {1706.00001},
file = {:C$\backslash$:/Users/ada/Adler - 2017 - Maps.pdf:pdf},
journal = {Journal of Maps},
mendeley-groups = {Maps},
month = {jun},
title = {{Maps of Things: 100{\%} {\&} more}},
url = {http://example.org/{~}ada/a{\_}b},
year = {2017}
}
"""
JABREF = r"""% Encoding: UTF-8

@String{maps = "Journal of Maps"}

@Article{Adler2017,
  author    = {Adler, Ada and {OpenAI}},
  title     = {Maps of Things},
  journal   = maps,
  year      = {2017},
  month     = {#jun#},
  doi       = {10.1000/XYZ},
  groups    = {Read},
  file      = {:Adler2017.pdf:PDF},
  owner     = {ada},
}

@Comment{jabref-meta: databaseType:bibtex;}

@Comment{jabref-meta: grouping:
0 AllEntriesGroup:;
1 StaticGroup:Read\;0\;1\;\;\;\;;
}
"""
ARXIV_ID = "1706.00001"
FILES = {
    "better biblatex": (
        BETTER_BIBLATEX,
        (r"Maps of Things: A Study of $\alpha$-Trees", ("Ada Adler", "Hugo de Vries", "The Map Team"), True),
        (2017, 6, ARXIV_ID, None, "http://arxiv.org/abs/1706.00001"),
    ),
    "zotero": (
        ZOTERO,
        ("Maps of Things: A Study & more", ("Ada Adler", "Jörg Müller"), True),
        (2017, 6, ARXIV_ID, None, "http://arxiv.org/abs/1706.00001"),
    ),
    "scholar": (
        SCHOLAR,
        ("Maps of things for naïve readers–a study", ("Ada Adler", "Jörg Müller", "Anh Nguyễn"), False),
        (2018, None, None, None, ""),
    ),
    "acl": (
        ACL,
        ("MapBert: “Things” for Étude", ("Ada Adler", "Jörg Müller", "María de la Cruz"), True),
        (2020, 7, None, "10.18653/v1/2020.acl-main.999", "https://aclanthology.org/2020.acl-main.999/"),
    ),
    "arxiv": (
        ARXIV,
        ("Maps of Things", ("Ada Adler", "Jörg Müller", "Aidan N. Gomez"), True),
        (2017, None, ARXIV_ID, None, "https://arxiv.org/abs/1706.00001"),
    ),
    "dblp": (
        DBLP,
        ("Maps of Things: The BERT Way", ("Ada Adler", "Jörg Müller", "Aidan N. Gomez"), True),
        (2017, None, ARXIV_ID, None, "http://arxiv.org/abs/1706.00001"),
    ),
    "semantic scholar": (
        SEMANTIC_SCHOLAR,
        ("Maps of Things", ("Ada Adler", "J. Müller"), True),
        (2017, None, ARXIV_ID, None, "https://api.semanticscholar.org/CorpusID:1"),
    ),
    "mendeley": (
        MENDELEY,
        ("Maps of Things: 100% & more", ("Ada Adler", "Jörg Müller"), True),
        (2017, 6, ARXIV_ID, "10.1007/978-3-540_12", "http://example.org/~ada/a_b"),
    ),
    "jabref": (
        JABREF,
        ("Maps of Things", ("Ada Adler", "OpenAI"), True),
        (2017, 6, None, "10.1000/xyz", ""),
    ),
}


@pytest.mark.parametrize(("text", "words", "facts"), FILES.values(), ids=FILES)
def test_the_files_of_a_program_are_read(text, words, facts):
    source = reading.read(text.encode(), name="list.txt")
    assert (source.format, source.parsed.unread) == ("bibtex", [])
    (record,) = source.parsed.records
    assert (record.title, record.authors, record.authors_complete) == words
    assert (record.year, record.month, record.arxiv_id, record.doi, record.url) == facts


def test_what_stands_beside_the_facts():
    better, _acl, mendeley = (reading.read_text(text).parsed.records[0] for text in (BETTER_BIBLATEX, ACL, MENDELEY))
    assert better.aliases == ("Maps of Things",)
    assert better.abstract == "We draw 10% more maps – naïvely. Code: https://example.org/a_b"
    assert mendeley.abstract == "We draw maps & things."


def test_all_of_them_in_one_file():
    parsed = reading.read_text("\n".join(text for text, *_ in FILES.values())).parsed
    assert (len(parsed.records), parsed.unread) == (len(FILES), [])


def test_a_file_of_windows_has_the_same_lines():
    parsed = reading.read_text(f"{ZOTERO}\nlost\n".replace("\n", "\r\n")).parsed
    assert [record.line for record in parsed.records] == [2]
    assert [unread.line for unread in parsed.unread] == [ZOTERO.count("\n") + 2]
