#pragma once
/// What a command's exit code means. Scripts and units depend on it: a number never changes its
/// meaning, and `jobflip help exit-codes` and docs/cli.md are printed from this table.

#include <array>
#include <string_view>

#include "jobflip/base/result.hpp"

namespace jobflip::cli {

enum class ExitCode : int {
  done = 0,
  failed = 1,
  usage = 2,
  refused = 3,
  unknown = 4,
  incomplete = 5,
  held = 6,
  store_unreachable = 7,
  audit_broken = 8,
};

struct ExitCodeMeaning {
  ExitCode code;
  std::string_view name;
  std::string_view meaning;
};

inline constexpr std::array kExitCodes{
    ExitCodeMeaning{ExitCode::done, "done", "what was asked for was seen done"},
    ExitCodeMeaning{ExitCode::failed, "failed", "it failed; the text says why"},
    ExitCodeMeaning{ExitCode::usage, "usage",
                    "the command or a file is wrong; nothing was changed"},
    ExitCodeMeaning{ExitCode::refused, "refused", "a rule said no; its name is in the text"},
    ExitCodeMeaning{ExitCode::unknown, "unknown", "the outcome is not known, or it still runs"},
    ExitCodeMeaning{ExitCode::incomplete, "incomplete", "done, but no proof that it cured"},
    ExitCodeMeaning{ExitCode::held, "held", "it waits for a person or for a time to pass"},
    ExitCodeMeaning{ExitCode::store_unreachable, "store-unreachable",
                    "the store was not reached, or takes no writes"},
    ExitCodeMeaning{ExitCode::audit_broken, "audit-broken", "the audit log was changed or cut"},
};

constexpr int to_int(ExitCode code) {
  return static_cast<int>(code);
}

/// "refused"
std::string_view name_of(ExitCode code) noexcept;

/// For an error of a call that changed nothing: it was a reading, or it was never sent.
ExitCode exit_code_of(ErrorCode code) noexcept;

}  // namespace jobflip::cli
