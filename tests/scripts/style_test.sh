#!/usr/bin/env bash
# Every script passes shellcheck and every source file is as clang-format leaves it. Skipped where
# the tools aren't installed (`scripts/setup --ci` installs them): .ci/run fails without them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
llvm=$(scripts/setup --llvm)
for tool in shellcheck "clang-format-$llvm"; do
  if ! command -v "$tool" >/dev/null; then
    echo "skipped: $tool isn't installed" >&2
    exit 77
  fi
done
{
  find scripts .ci packaging -type f -exec grep -lIE '^#!.*\b(ba)?sh$' {} +
  find .ci tests examples -name '*.sh'
} | sort -u | xargs shellcheck -x
find include src tests examples \( -name '*.hpp' -o -name '*.cpp' -o -name '*.h' -o -name '*.c' \) \
  -print0 | xargs -0 "clang-format-$llvm" --dry-run -Werror
