"""What was found of a run: lines for people, and what of it differs."""

from dataclasses import dataclass, field

from pingyi.common.faults import PingyiError


class RunDiffers(PingyiError):
    """Something of a run is not what its manifest says, or not what comes out again."""

    exit_code = 12


@dataclass
class Verdict:
    """Lines in the order in which things were checked; what differs; what one should know that is no difference."""

    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Add a line on something that is as it should be."""
        self.lines.append(line)

    def differs(self, line: str) -> None:
        """Add a line on something that is not."""
        self.lines.append(f"× {line}")
        self.wrong.append(line)

    def raise_if_wrong(self) -> None:
        """Raises: RunDiffers."""
        if self.wrong:
            told = f"核对不一致：共 {len(self.wrong)} 处，见上面带 × 的各行。"
            raise RunDiffers(told + "\n  这个文件夹不能作为依据；请用备份或当时公布的封签查明哪一份是原来的。")
