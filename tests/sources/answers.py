"""Answers in the shapes of arXiv and Crossref. Made up for these tests."""

import json

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title type="html">ArXiv Query: id_list=1706.03762</title>
  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">1</opensearch:totalResults>
  {entry}
</feed>"""
ENTRY = """<entry>
    <id>http://arxiv.org/abs/1706.03762v7</id>
    <updated>2023-08-02T00:41:18Z</updated>
    <published>2017-06-12T17:57:34Z</published>
    <title>Attention Is All
  You Need</title>
    <summary>  We propose a new
simple network architecture &amp; more. </summary>
    <author><name>Ashish Vaswani</name></author>
    <author><name>Noam Shazeer</name></author>
    <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1000/ATT</arxiv:doi>
    <link href="http://arxiv.org/abs/1706.03762v7" rel="alternate" type="text/html"/>
  </entry>"""
ATOM = FEED.format(entry=ENTRY).encode()
EMPTY = FEED.format(entry="").encode()
UNKNOWN = FEED.format(
    entry="<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title><summary>wrong id</summary></entry>"
).encode()
BOMB = b'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><feed>&b;</feed>'
WORK = {
    "DOI": "10.1109/TKDE.2024.3352100",
    "type": "journal-article",
    "title": ["Unifying <i>Large</i> Language Models &amp; Graphs"],
    "author": [{"given": "Shirui", "family": "Pan"}, {"name": "The Group"}],
    "issued": {"date-parts": [[2024, 7]]},
    "abstract": "<jats:p>Graphs &lt; models.</jats:p>",
}
CROSSREF = json.dumps({"status": "ok", "message": WORK}).encode()
FOUND = json.dumps({"message": {"items": [{"title": ["Another"]}, WORK]}}).encode()
