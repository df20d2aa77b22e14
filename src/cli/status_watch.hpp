#pragma once
/// `status --watch`: one look after the other, until Ctrl-C. On a terminal each takes the place of
/// the one before, on a screen of its own that is gone afterwards, as high as the window: what is
/// wrong comes first, so that the rest can be left out. Elsewhere one follows the other.
///
/// Invariant: a look that failed takes the place of the one before too, and says when that was: an
/// old state is never shown as if it were the present one.

#include <functional>

#include "cli/session.hpp"

namespace jobflip::cli {

/// Prints what it sees, or an error; `usage` ends the watch.
using Look = std::function<ExitCode(Session&, ports::ReaderStore&)>;

ExitCode watch_status(Session& session, Millis interval, const Look& look);

}  // namespace jobflip::cli
