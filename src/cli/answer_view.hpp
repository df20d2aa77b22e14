#pragma once
/// Shows the store's answer to a change that a person asked for.

#include <nlohmann/json.hpp>
#include <string_view>

#include "cli/session.hpp"

namespace jobflip::cli {

inline constexpr std::string_view kLookAtStatus = "look with `jobflip status`";

/// `done`: what to say if something changed. `refused`: what a refusal is called; "": the rule that
/// the store names. `more`: keys for JSON. `look`: how to see whether a change without an answer
/// was made.
ExitCode show_answer(Session& session, const Result<core::OperatorAnswer>& answer,
                     std::string_view done, std::string_view refused = "",
                     const nlohmann::ordered_json& more = nlohmann::ordered_json::object(),
                     std::string_view look = kLookAtStatus);

}  // namespace jobflip::cli
