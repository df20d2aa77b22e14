#pragma once
/// A question before something that can't be taken back.

#include <string>
#include <string_view>

#include "cli/session.hpp"

namespace jobflip::cli {

/// Whether there is anybody to ask, or --yes was given. Otherwise the Error: nothing may be done.
/// `look_first`: how one may look without doing it; "" if there is no such way.
Result<void> can_confirm(const Session& session, std::string_view look_first = "");
/// A person sits at the terminal, and has not said --yes or --dry-run: what the command line leaves
/// out may be asked.
bool may_ask(const Session& session);
/// Asks on `err` and reads one line, without the spaces at its ends.
std::string ask_for(Session& session, std::string_view question);
/// Asks on `err` and reads one line; true if it is exactly `wanted`.
bool confirm(Session& session, std::string_view wanted, std::string_view question);

}  // namespace jobflip::cli
