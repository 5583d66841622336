"""The places of a notice's Word template that are filled in, and what may be wrong with an office's own template."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as Opened
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from pingyi.common.faults import Fault, Faults, nearest
from pingyi.office.paper import TEMPLATES

DEFAULT = TEMPLATES / "notice.docx"

NEEDED = {
    "标注": "首页的警示（模拟数据、内部资料等）",
    "标题": "通报的标题",
    "正文": "通报的正文",
    "附件说明": "正文下面的附件目录",
    "署名": "发文机关署名",
    "日期": "成文日期",
    "附件": "全部附件",
    "页眉": "每页页眉的警示",
}
FREE = {"机关": "发文机关名称", "文号": "发文字号", "主送": "主送机关"}
KNOWN = NEEDED | FREE
BLOCKS = ("标注", "正文", "附件说明", "附件")
"""Places that become whole paragraphs and tables."""
BRACES = "花括号的写法有误，占位符应写作 {{ 标题 }} 的样子"
MARK = re.compile(r"\{\{(p\s)?\s*(\w+)\s*\}\}")


class TemplateFaults(Faults):
    """The office's template cannot be used."""

    exit_code = 11
    ending = "通报没有写，原有的文件没有改动"


def environment() -> SandboxedEnvironment:
    """What fills templates: names are escaped, and a template can run nothing."""
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def checked(path: Path) -> bytes:
    """A template that can be filled, as bytes. Raises: TemplateFaults with everything that is wrong with it."""
    content, document = _opened(path)
    faults = [*_forms(path, document), *_head(path, document), *_names(path, content)]
    if faults:
        raise TemplateFaults(faults)
    return content


def _opened(path: Path) -> tuple[bytes, Opened]:
    try:
        content = path.read_bytes()
        return content, Document(io.BytesIO(content))
    except FileNotFoundError:
        wanted = "没有这个文件"
    except OSError as error:
        wanted = f"读不了：没有读取权限，或正在别的程序里打开（系统提示 {error.strerror}）"
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError):
        wanted = "不是 Word 的 .docx 文件；.doc、.wps 请另存为 .docx"
    raise TemplateFaults([Fault(str(path), "文件", "", wanted)]) from None


def _names(path: Path, content: bytes) -> Iterator[Fault]:
    """Places that nothing fills, and those that are missing."""
    try:
        found = DocxTemplate(io.BytesIO(content)).get_undeclared_template_variables(environment())
    except TemplateError as error:
        yield Fault(str(path), "花括号", "", f"{BRACES}（{error}）")
        return
    for name in sorted(found - set(KNOWN)):
        yield Fault(str(path), "占位符", name, "没有这个占位符", near=nearest(name, KNOWN, KNOWN))
    for name in NEEDED:
        if name not in found:
            yield Fault(str(path), "占位符", "", f"缺少 {written(name)}：{NEEDED[name]}")


def written(name: str) -> str:
    """How a place is written in a template."""
    return f"{{{{p {name} }}}}" if name in BLOCKS else f"{{{{ {name} }}}}"


def _forms(path: Path, document: Opened) -> Iterator[Fault]:
    """Whole paragraphs must stand alone and outside tables; other places are parts of a line."""
    for paragraph in document.element.body.iter(qn("w:p")):
        text = _own_text(paragraph)
        for mark in MARK.finditer(text):
            whole, name = bool(mark[1]), mark[2]
            alone = text.strip() == mark[0] and next(paragraph.iterancestors(qn("w:tc")), None) is None
            if name in KNOWN and (name in BLOCKS) != whole:
                yield Fault(str(path), "占位符", mark[0], f"应写作 {written(name)}")
            elif name in BLOCKS and not alone:
                yield Fault(str(path), "占位符", mark[0], "应单独占一段，不放在表格里")


def _own_text(paragraph: Any) -> str:
    """The text of a paragraph without that of text boxes in it."""
    mine = (one for one in paragraph.iter(qn("w:t")) if next(one.iterancestors(qn("w:p"))) is paragraph)
    return "".join(one.text or "" for one in mine)


def _head(path: Path, document: Opened) -> Iterator[Fault]:
    """Every page must carry the warning at its top."""
    paired = document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    heads = {"页眉": section.header} | ({"偶数页的页眉": section.even_page_header} if paired else {})
    for what, one in heads.items():
        texts = [] if one.is_linked_to_previous else [_own_text(p) for p in one._element.iter(qn("w:p"))]
        if not any("页眉" in (mark[2] for mark in MARK.finditer(text)) for text in texts):
            yield Fault(str(path), what, "", f"应有 {written('页眉')}，每页才有警示")
