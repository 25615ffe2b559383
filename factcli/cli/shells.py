"""Completion in bash, zsh, fish and PowerShell: what a shell is given is never read as its code.

A script asks for candidates with the command line up to the cursor, and gets a line for each: a
value, and for shells that show one a tab and a description. Scripts that Typer makes are not used:
that for zsh evaluates what it gets, and so would run text of a store.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from typer import _completion_shared
from typer._click.core import Command
from typer._click.shell_completion import CompletionItem, ShellComplete, split_arg_string

from factcli.errors import FactcliError
from factcli.text import visible

_BASH = """
%(complete_func)s() {
    local line quoted
    COMPREPLY=()
    while IFS= read -r line; do
        printf -v quoted '%%q' "$line"
        COMPREPLY+=("$quoted")
    done < <(_FACTCLI_LINE="${COMP_LINE:0:COMP_POINT}" \\
             %(autocomplete_var)s=candidates_bash %(prog_name)s 2>/dev/null)
}

complete -o default -F %(complete_func)s %(prog_name)s
"""
_ZSH = """
#compdef %(prog_name)s

%(complete_func)s() {
    local line
    local -a values shown
    for line in "${(@f)$(_FACTCLI_LINE="${(j: :)words[1,CURRENT]}" \\
                         %(autocomplete_var)s=candidates_zsh %(prog_name)s 2>/dev/null)}"; do
        [[ -n $line ]] || continue
        values+=("${line%%%%$'\\t'*}")
        shown+=("${line/$'\\t'/  -- }")
    done
    if (( ${#values} )); then
        compadd -l -d shown -a values
    else
        _files
    fi
}

compdef %(complete_func)s %(prog_name)s
"""
_FISH = """
function %(complete_func)s
    set --local line (commandline --current-process --cut-at-cursor | string collect)
    env _FACTCLI_LINE=$line %(autocomplete_var)s=candidates_fish %(prog_name)s 2>/dev/null
end
complete --command %(prog_name)s --no-files --arguments '(%(complete_func)s)' \\
    --condition 'count (%(complete_func)s) >/dev/null'
"""
_POWER_SHELL = """
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $line = $commandAst.ToString().PadRight($cursorPosition)
    $Env:_FACTCLI_LINE = $line.Substring(0, $cursorPosition)
    $Env:%(autocomplete_var)s = "candidates_powershell"
    %(prog_name)s 2>$null | ForEach-Object {
        $value, $about = $_ -Split "`t", 2
        if (-not $about) { $about = $value }
        [System.Management.Automation.CompletionResult]::new(
            $value, $value, 'ParameterValue', $about)
    }
    $Env:%(autocomplete_var)s = ""
    $Env:_FACTCLI_LINE = ""
}
"""
_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH, "powershell": _POWER_SHELL}
_completion_shared._completion_scripts.update(_SCRIPTS, pwsh=_POWER_SHELL)

_LONGEST = 200
"""Characters of a description."""


def answer_shell(root: Command, instruction: str) -> Iterator[str]:
    """The lines that answer a completion script; none to one of another version, or in an error."""
    task, _, shell = instruction.partition("_")
    if task != "candidates":
        return
    try:
        found = list(_Candidates(root, {}, "factcli", "").found(is_split=shell == "bash"))
    except FactcliError:
        return
    for value, about in found:
        yield f"{value}\t{about}" if about and shell != "bash" else value


class _Candidates(ShellComplete):
    """Finds what may stand at the end of a command line."""

    name = "candidates"

    def source_vars(self) -> dict[str, Any]:
        return {}

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ.get("_FACTCLI_LINE", "")
        words = split_arg_string(line)[1:]
        return (words, "") if not words or line[-1:].isspace() else (words[:-1], words[-1])

    def format_completion(self, item: CompletionItem) -> str:
        return str(item.value)

    def found(self, *, is_split: bool) -> Iterator[tuple[str, str]]:
        """Values and their descriptions, of which no character acts on a terminal.

        `is_split`: the shell takes what follows ``--option=`` for a word of its own.
        """
        words, incomplete = self.get_completion_args()
        name, sign, _ = incomplete.partition("=")
        head = name + sign if sign and name.startswith("--") and not is_split else ""
        for item in self.get_completions(words, incomplete):
            about = visible(" ".join((item.help or "").split()))
            yield head + visible(str(item.value)), about[:_LONGEST]
