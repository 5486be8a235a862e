"""The font of printed reports (嵌入字体): Noto Sans SC, cut down to the characters of one report and put into its file.

A PDF must show Chinese on a machine without Chinese fonts, in a reader without font packs, with no network. The font
comes with a package under the SIL Open Font License; its outlines are cubic (CFF), which the PDF library cannot embed,
so those that are needed are turned into quadratic ones. A character the font lacks is printed as an empty box.
"""

import io

import pylopdf_fonts_zh_cn
from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

MAX_ERROR_UNITS = 1.0
"""How far an outline may move, in thousandths of the type size."""
_NO_INSTRUCTIONS = (
    "maxZones maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs maxStackElements maxSizeOfInstructions "
    "maxComponentElements maxPoints maxContours maxCompositePoints maxCompositeContours maxComponentDepth"
)


def font_with(characters: str) -> bytes:
    """A TrueType font that holds these characters."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = True
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "BASE", "VORG", "vhea", "vmtx"]
    cutting = subset.Subsetter(options)
    cutting.populate(text=characters)
    written = io.BytesIO()
    # Its own time stamp, so that the same characters give the same font.
    with TTFont(pylopdf_fonts_zh_cn.sans_path(), lazy=True, recalcTimestamp=False) as font:
        cutting.subset(font)
        _to_quadratic(font)
        font.save(written)
    return written.getvalue()


def _to_quadratic(font: TTFont) -> None:
    order, shapes = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(shapes)
        shapes[name].draw(Cu2QuPen(pen, MAX_ERROR_UNITS, reverse_direction=True))
        glyphs[name] = pen.glyph()
    outlines = newTable("glyf")
    outlines.glyphOrder, outlines.glyphs = order, glyphs
    font["loca"], font["glyf"] = newTable("loca"), outlines
    del font["CFF "]
    metrics = font["hmtx"]
    for name, glyph in glyphs.items():
        glyph.recalcBounds(outlines)
        metrics[name] = (metrics[name][0], getattr(glyph, "xMin", 0))
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    for field in _NO_INSTRUCTIONS.split():
        setattr(limits, field, int(field == "maxZones"))
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
