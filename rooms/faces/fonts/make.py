"""How these fonts were made. Needs fonttools, and the Noto fonts in a directory: `python make.py /usr/share/fonts`.

Each is cut to what a decision map may hold and loses its hinting, which a PDF does not use. See README.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset  # type: ignore[import-not-found]
from fontTools.ttLib import TTFont  # type: ignore[import-not-found]

HERE = Path(__file__).resolve().parent
SIMPLIFIED_CHINESE = 2  # of the faces in the collection

# Latin, Greek, Cyrillic and their marks, punctuation, currencies, arrows, numbers in boxes.
EUROPEAN = [(0x20, 0x58F), (0x1E00, 0x218F), (0x2C60, 0x2C7F), (0x2DE0, 0x2DFF), (0xA640, 0xA7FF), (0xAB30, 0xAB6F)]
# Headings.
EVERYDAY = [(0x20, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x214F)]
SYMBOLS = [(0x2190, 0x23FF), (0x2460, 0x27BF), (0x2B00, 0x2BFF)]
EVERYTHING = [(0, 0x10FFFF)]


def codec(name: str, first: Iterable[int], second: Iterable[int]) -> set[int]:
    """The characters of a double-byte set, by the ranges of its bytes."""
    found = set()
    seconds = list(second)
    for one in first:
        for two in seconds:
            try:
                found.add(ord(bytes([one, two]).decode(name)))
            except (UnicodeDecodeError, TypeError):
                continue
    return found


def cjk() -> set[int]:
    """GB 2312 level 1, Big5 level 1, JIS X 0208 level 1 and everyday kanji beyond it, KS X 1001 hangul, kana."""
    gb_level_1 = codec("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF))
    big5_level_1 = codec("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])
    jis_level_1 = codec("euc_jp", range(0xB0, 0xD0), range(0xA1, 0xFF))
    hangul = codec("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF))
    kana_and_marks = {*range(0x3000, 0x3100), *range(0x31F0, 0x3200), *range(0xFF00, 0xFFF0)}
    kanji = {ord(each) for each in KANJI_BEYOND_LEVEL_1}
    return gb_level_1 | big5_level_1 | jis_level_1 | hangul | kana_and_marks | kanji


# Of JIS level 2, in everyday use.
KANJI_BEYOND_LEVEL_1 = "丼傲刹勾喩嗅嘲塡妬媛宛弄彙怨恣惧慄憧憬戚戴拉拭捗捻摯斬旺昧曖柵枕桁梗椅椎楷毀氾沃沙淫溺潰煎熾爪爽牙玩瑠璃璧瓦瓶瘍瘦痕眉睦瞳瞭稽窟箋箸籠緻罵羞羨肘股脇脊脚腎腫腺腿膝臆臼舷艶苛茜葛蓋蔑蔽藍藤虎虹蜂蜜蟹袖裾訃訶詣詮誰諦諧謎貌貪貼賂賭蹴踪辣遜遡還酎醒醬錦錮鍋鍵鎌闇隙韓頃須頓頰顎餅餌駄駒騰鬱鶴鹿麓麵麺黛亀"  # noqa: E501

FONTS: dict[str, tuple[str, list[tuple[int, int]]]] = {
    "NotoSans-Regular.ttf": ("truetype/noto/NotoSans-Regular.ttf", EUROPEAN),
    "NotoSans-Bold.ttf": ("truetype/noto/NotoSans-Bold.ttf", EUROPEAN),
    "NotoSerif-Regular.ttf": ("truetype/noto/NotoSerif-Regular.ttf", EVERYDAY),
    "NotoSerif-Bold.ttf": ("truetype/noto/NotoSerif-Bold.ttf", EVERYDAY),
    "NotoSansHebrew-Regular.ttf": ("truetype/noto/NotoSansHebrew-Regular.ttf", EVERYTHING),
    "NotoSansHebrew-Bold.ttf": ("truetype/noto/NotoSansHebrew-Bold.ttf", EVERYTHING),
    "NotoSansArabic-Regular.ttf": ("truetype/noto/NotoSansArabic-Regular.ttf", EVERYTHING),
    "NotoSansArabic-Bold.ttf": ("truetype/noto/NotoSansArabic-Bold.ttf", EVERYTHING),
    "NotoSansDevanagari-Regular.ttf": ("truetype/noto/NotoSansDevanagari-Regular.ttf", EVERYTHING),
    "NotoSansThai-Regular.ttf": ("truetype/noto/NotoSansThai-Regular.ttf", EVERYTHING),
    "NotoSansSymbols2-Regular.ttf": ("truetype/noto/NotoSansSymbols2-Regular.ttf", SYMBOLS),
    "NotoSansMath-Regular.ttf": ("truetype/noto/NotoSansMath-Regular.ttf", [(0x2190, 0x22FF)]),
    "NotoEmoji-Regular.ttf": ("truetype/noto/NotoEmoji-Regular.ttf", EVERYTHING),
}


def cut(source: Path, target: Path, characters: Iterable[int], *, face: int = -1) -> None:
    font = TTFont(source, fontNumber=face)
    options = subset.Options(hinting=False, desubroutinize=False, notdef_outline=True, name_IDs=["*"])
    options.drop_tables += ["MATH", "FFTM", "vhea", "vmtx", "VORG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    font.save(target)


def main(source: Path) -> None:
    for name, (path, ranges) in FONTS.items():
        cut(source / path, HERE / name, (point for start, end in ranges for point in range(start, end + 1)))
    cut(
        source / "opentype/noto/NotoSansCJK-Regular.ttc",
        HERE / "NotoSansCJK-Regular.otf",
        cjk(),
        face=SIMPLIFIED_CHINESE,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
