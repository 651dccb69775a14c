"""Make maths.woff2 and maths-rare.woff2 from STIX Two Math (SIL Open Font License), the fonts of maths.css.

The whole font has 400 kB. What a reading group writes every day is in the first file (50 kB), all other signs of
mathematics are in the second. Needs fonttools and brotli, in an environment of their own:

    python make_fonts.py stix-two-math-latin-400-normal.woff2 ../../static/papers/fonts
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

OFTEN = (
    "20-7E A0 A8 AC AF-B1 B4 B7 D7 F7 131 237 2C6 2C7 2D8-2DC 300-304 306-308 30A-30C 338 391-3A9 3B1-3C9 3D1 3D5 3D6 "
    "3F1 3F5 2005 2009 200A 2016 2026 2032-2034 203E 2061-2064 20D7 2102 210B 210D-210F 2110-2113 2115 2119-211D 2124 "
    "212C 2130 2131 2133 2190-2195 21A6 21CC 21D0-21D4 2200 2202-2209 220B 220F-2213 2217-221A 221D 221E 2220 "
    "2223-222B 222E 223C 2243 2245 2248 225C 2260 2261 2264 2265 226A 226B 227A 227B 2282-2287 2295-2299 22A4 22A5 "
    "22C0-22C6 22EE-22F1 2308-230B 23B4 23B5 23DC-23E1 25A1 25B3 27C2 27E8 27E9 27F5-27FC 2A7D 2A7E 1D400-1D467 "
    "1D49C-1D4B5 1D538-1D550 1D6A4 1D6A5 1D6FC-1D71B"
)
MATHEMATICS = "3D0-3F6 2035-2037 2050-205F 20D0-20F0 2100-214F 2190-23FF 25A0-25FF 2600-266F 27C0-2BFF 1D400-1D7FF"
PRIMES = (0x2032, 0x2033, 0x2034)


def points(ranges: str) -> set[int]:
    return {
        point
        for first, _, last in (part.partition("-") for part in ranges.split())
        for point in range(int(first, 16), int(last or first, 16) + 1)
    }


def mend(font: TTFont) -> None:
    """Correct the arrow heads, whose connectors are the wrong way round so that no long arrow can be built.

    And lower and enlarge the primes: this edition lacks the feature by which those in an exponent are exchanged.
    """
    heads = {font.getBestCmap()[point] for point in (0x2192, 0x2194, 0x21A6)}
    variants = font["MATH"].table.MathVariants
    for name, construction in zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True):
        if name in heads and construction.GlyphAssembly:
            head = construction.GlyphAssembly.PartRecords[-1]
            if (head.StartConnectorLength, head.EndConnectorLength) == (0, 200):
                head.StartConnectorLength, head.EndConnectorLength = 200, 0
    glyphs = font["glyf"]
    prime = glyphs[font.getBestCmap()[PRIMES[0]]]
    scale, bottom = 1.5, prime.yMin
    for point in PRIMES:
        name = font.getBestCmap()[point]
        glyph = glyphs[name]
        assert not glyph.isComposite(), name
        glyph.coordinates.translate((0, -bottom))
        glyph.coordinates.scale((scale, scale))
        glyph.coordinates.translate((0, 30))
        glyph.recalcBounds(glyphs)
        advance, _ = font["hmtx"][name]
        font["hmtx"][name] = (round(advance * scale), glyph.xMin)


def cut(source: Path, target: Path, wanted: set[int]) -> None:
    font = TTFont(source)
    mend(font)
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["ccmp", "kern", "mark", "mkmk"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target)


if __name__ == "__main__":
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    cut(source, folder / "maths.woff2", points(OFTEN))
    cut(source, folder / "maths-rare.woff2", points(MATHEMATICS) - points(OFTEN))
