"""Entries in the ways of the programs that write them. Made up for these tests."""

ZOTERO = r"""
@inproceedings{vaswaniAttentionAllYou2017,
  title = {Attention Is {{All You Need}}},
  booktitle = {Advances in Neural Information Processing Systems},
  author = {Vaswani, Ashish and Shazeer, Noam and Parmar, Niki and family=Gomez, given=Aidan N.},
  date = {2017-06-12},
  eprint = {1706.03762},
  eprinttype = {arxiv},
  url = {https://arxiv.org/abs/1706.03762v5},
  abstract = {The dominant models \& more: 95\% of $x_{i}$.},
  keywords = {Computer Science - Computation and Language},
}
"""
SCHOLAR = r"""@article{brown2020language,
  title={Language models are few-shot learners},
  author={Brown, Tom and Mann, Benjamin and Ryder, Nick and others},
  journal={Advances in neural information processing systems},
  volume={33},
  pages={1877--1901},
  year={2020}
}
"""
ACL = r"""@inproceedings{devlin-etal-2019-bert,
    title = "{BERT}: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    author = "Devlin, Jacob  and
      Chang, Ming-Wei  and
      Toutanova, Kristina",
    month = jun,
    year = "2019",
    url = "https://aclanthology.org/N19-1423/",
    doi = "10.18653/v1/N19-1423",
}
"""
ARXIV = r"""@misc{ouyang2022training,
      title={Training language models to follow instructions with human feedback},
      author={Long Ouyang and Jeff Wu and Xu Jiang},
      year={2022},
      eprint={2203.02155},
      archivePrefix={arXiv},
      primaryClass={cs.CL}
}
"""
DBLP = r"""@article{DBLP:journals/corr/KingmaW13,
  author       = {Diederik P. Kingma and
                  Max Welling},
  title        = {Auto-Encoding Variational {B}ayes},
  journal      = {CoRR},
  volume       = {abs/1312.6114},
  year         = {2013},
  timestamp    = {Thu, 04 Apr 2019 13:20:07 +0200},
}
"""
ACCENTS = r"""@string{nips = "NeurIPS"}
@comment{nobody reads this}
@article{,
  title = {G{\"o}del, {\'E}tudes \& {\v S}koda: the 100\% case},
  author = {M{\"u}ller, J{\"o}rg and {\L}ukasz Kaiser and {The BigScience Workshop} and
    Garc{\'\i}a-L{\'o}pez, Jos{\'e} and van der Maaten, Laurens},
  journal = nips,
  year = 2021,
  month = "oct # \"~3\"",
  howpublished = {\url{https://example.org/a\_b}},
}
"""
BROKEN = r"""@article{broken,
  title = {A title whose brace is never closed,
  author = {Nobody},
  year = 2000
"""
