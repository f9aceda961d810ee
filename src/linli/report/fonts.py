"""Fonts that can print Chinese: found on the system, never shipped.

A *family* is what a document asks for; a *folder* is where its files are. Only the folder of the family that was found
is handed to the typesetter, so that a machine with thousands of fonts is as fast as one with one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from linli.errors import FontError

__all__ = ["FAMILIES", "Fonts", "find_fonts", "font_folders"]

FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Noto Sans CJK SC", ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansCJK.ttc")),
    ("Source Han Sans SC", ("SourceHanSansSC-Regular.otf", "SourceHanSans-Regular.ttc", "SourceHanSans.ttc")),
    ("Source Han Sans CN", ("SourceHanSansCN-Regular.otf",)),
    ("Noto Sans SC", ("NotoSansSC-Regular.otf", "NotoSansSC-Regular.ttf", "NotoSansSC[wght].ttf", "NotoSansSC-VF.ttf")),
    ("Microsoft YaHei", ("msyh.ttc", "msyh.ttf")),
    ("PingFang SC", ("PingFang.ttc",)),
    ("Hiragino Sans GB", ("Hiragino Sans GB.ttc",)),
    ("STHeiti", ("STHeiti Medium.ttc", "STHeiti Light.ttc")),
    ("SimHei", ("simhei.ttf",)),
    ("WenQuanYi Micro Hei", ("wqy-microhei.ttc",)),
    ("WenQuanYi Zen Hei", ("wqy-zenhei.ttc",)),
)
"""Families with Chinese glyphs and the files they come in, best first."""

FOLDER_VARIABLE = "LINLI_FONTS"
"""Name of the environment variable with further folders, separated as in PATH."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """A family that can print Chinese.

    Parameters
    ----------
    family
        Its name in documents.
    folder
        Where its files are.
    """

    family: str
    folder: Path


def font_folders() -> list[Path]:
    """Return the folders in which this system keeps fonts, the user's own first.

    Returns
    -------
    list of Path
        Those that exist.
    """
    home = Path.home()
    named = [Path(part) for part in os.environ.get(FOLDER_VARIABLE, "").split(os.pathsep) if part]
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", "C:/Windows"))
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        system = [local / "Microsoft/Windows/Fonts", windows / "Fonts"]
    elif sys.platform == "darwin":
        system = [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
        assets = Path("/System/Library/AssetsV2")
        system += sorted(assets.glob("com_apple_MobileAsset_Font*")) if assets.is_dir() else []
    else:
        data = Path(os.environ.get("XDG_DATA_HOME", home / ".local/share"))
        system = [data / "fonts", home / ".fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]
    return [folder for folder in (*named, *system) if folder.is_dir()]


def _files(folders: Iterable[Path]) -> dict[str, Path]:
    """File name in lower case → where it is; the first folder wins."""
    found: dict[str, Path] = {}
    for folder in folders:
        for root, _, names in os.walk(folder):
            for name in names:
                found.setdefault(name.lower(), Path(root) / name)
    return found


def find_fonts(folders: Sequence[Path] | None = None) -> Fonts:
    """Find a font that can print Chinese.

    Parameters
    ----------
    folders
        Where to look; the system's folders if left out.

    Returns
    -------
    Fonts
        The best family there is.

    Raises
    ------
    FontError
        If there is none; the message says what to install.
    """
    files = _files(font_folders() if folders is None else folders)
    for family, names in FAMILIES:
        for name in names:
            if name.lower() in files:
                return Fonts(family, files[name.lower()].parent)
    msg = (
        "no font on this machine can print Chinese, so the PDF cannot be made. Install one: "
        "`apt-get install fonts-noto-cjk` (Debian, Ubuntu), `dnf install google-noto-sans-cjk-fonts` (Fedora), "
        f"or put Noto Sans CJK into a folder and name it in {FOLDER_VARIABLE}; or turn the PDF off (`pdf: false`). "
        "本机没有中文字体，无法生成 PDF：请安装 fonts-noto-cjk（思源黑体）后重新运行，或设置 pdf: false。"
    )
    raise FontError(msg)
