#pragma once
/// Why a flip that a person asked for was refused, and what to do about it.

#include <string>
#include <string_view>

#include "cli/session.hpp"
#include "jobflip/core/gates.hpp"

namespace jobflip::cli {

std::string hint_for(core::Rule rule, const core::PoolView& pool, const core::FlipIntent& intent);

/// Says so; a program gets the rule, too.
ExitCode refused_by(Session& session, std::string_view rule, const std::string& text,
                    const std::string& why, const std::string& hint);

}  // namespace jobflip::cli
